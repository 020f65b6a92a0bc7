import { TransactionConflict, UniqueViolation } from './faults.ts'

/** A statement that has not run yet. */
interface Write {
  execute(): Promise<unknown>
}

/**
 * Runs a statement that another transaction may have made unnecessary, because the row is there by now.
 * @throws TransactionConflict if a unique value is taken, so that the transaction begins again and finds the row
 */
export async function repeatIfTaken(write: Write): Promise<void> {
  try {
    await write.execute()
  } catch (error) {
    throw error instanceof UniqueViolation ? new TransactionConflict(error) : error
  }
}
