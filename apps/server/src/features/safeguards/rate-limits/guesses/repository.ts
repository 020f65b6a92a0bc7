import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Write } from '../../../../platform/database/prepared-write.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Tally } from './model.ts'
import {
  type BudgetNames,
  clientInsertion,
  clientUpdate,
  deletion,
  insertion,
  replacement,
  tallies,
  tally,
} from './queries.ts'

/** Each tally is null if there are no guesses. */
export interface Tallies {
  readonly isKnownClient: boolean
  readonly shared: Tally | null
  readonly ofClient: Tally | null
  readonly typed: Tally | null
}

export class GuessesRepository {
  async find(db: Database, budget: string): Promise<Tally | null> {
    const [row] = await tally.execute(db, { budget })
    return row === undefined ? null : toTally(row)
  }

  /** Reads all that a guess depends on. */
  async findAll(db: Database, names: BudgetNames): Promise<Tallies> {
    const rows = await tallies.execute(db, names)
    const of = (budget: string) => {
      const row = rows.find((each) => each.budget === budget && each.is_client === 0)
      return row === undefined ? null : toTally(row)
    }
    const isKnownClient = rows.some(({ is_client }) => is_client === 1)
    return { isKnownClient, shared: of(names.shared), ofClient: of(names.ofClient), typed: of(names.typed) }
  }

  /** @returns whether the tally was stored; false if another guess came first */
  async insert(db: Database, budget: string, { opensAt, ...counts }: Tally): Promise<boolean> {
    try {
      await insertion.change(db, { budget, ...counts, opens_at: opensAt.getTime() })
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /**
   * Replaces only the tally that was read, so that each of many simultaneous guesses counts, and has its own number.
   */
  async replace(db: Database, budget: string, from: Tally, to: Tally): Promise<boolean> {
    const { opensAt, ...counts } = to
    return await replacement.change(db, {
      budget,
      ...counts,
      opens_at: opensAt.getTime(),
      fromFailures: from.failures,
      fromOpensAt: from.opensAt.getTime(),
      fromRefusals: from.refusals,
      fromTyped: from.typed,
    })
  }

  deletion(budget: string): Write {
    return deletion.with({ budget })
  }

  async delete(db: Database, budgets: readonly string[]): Promise<void> {
    for (const list of inLists(budgets))
      await db.deleteFrom('guess_budgets').where('budget', 'in', list).execute()
  }

  async deleteClients(db: Database, clients: readonly string[]): Promise<void> {
    for (const list of inLists(clients))
      await db.deleteFrom('known_clients').where('client', 'in', list).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteUnused(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'guess_budgets', { column: 'opens_at', until, limit })
  }

  /** @returns how many were deleted, at most `limit` */
  async forgetClients(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'known_clients', { column: 'seen_at', until, limit })
  }

  async rememberClient(db: Database, client: string, seenAt: Date): Promise<void> {
    const row = { client, seen_at: seenAt.getTime() }
    // The account is locked, so no other sign-in to it can come in between.
    if (!(await clientUpdate.change(db, row))) await clientInsertion.change(db, row)
  }

  /** Like `rememberClient`. It fails if the client has become known since `isKnown` was read. */
  clientWrite(client: string, seenAt: Date, isKnown: boolean): Write {
    return (isKnown ? clientUpdate : clientInsertion).with({ client, seen_at: seenAt.getTime() })
  }
}

interface TallyColumns extends Omit<Tally, 'opensAt'> {
  readonly opens_at: number
}

function toTally({ failures, opens_at, refusals, typed }: TallyColumns): Tally {
  return { failures, opensAt: new Date(opens_at), refusals, typed }
}

/** Every engine accepts lists of this length. */
const listMax = 500

function inLists(values: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(values.length / listMax)
  return Array.from({ length: count }, (_, at) => values.slice(at * listMax, (at + 1) * listMax))
}
