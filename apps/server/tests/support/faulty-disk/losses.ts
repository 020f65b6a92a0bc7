import { freshFolder } from '../process.ts'
import type { FaultyDisk } from './faulty-disk.ts'
import { type Acknowledged, type Ledger, problemsIn } from './ledger.ts'
import { inspectAfter, powerCuts, seed, seededRandom } from './power-cuts.ts'

/** So many cuts take some seconds. */
const cutsMax = 60

/**
 * Cuts the power right behind acknowledgements, and at the end.
 * @returns a line for each acknowledged row that is missing then, and for each damage
 */
export async function lossesAfterPowerCuts(
  disk: FaultyDisk,
  ledger: Ledger,
  isToCheck: (acknowledged: Acknowledged) => boolean = () => true,
): Promise<string[]> {
  const records = await disk.journal()
  const acknowledged = ledger.acknowledged(records).filter(isToCheck)
  const random = seededRandom()
  const worst = acknowledged.map(({ at }) => at).filter(() => random() < cutsMax / acknowledged.length)
  const rebuilt = await freshFolder()
  const losses: string[] = []
  for (const cut of powerCuts(records, new Set([...worst, records.length - 1]))) {
    const due = acknowledged.filter(({ at }) => at <= cut.index)
    const found = inspectAfter(cut, rebuilt.path, (database) => problemsIn(database, due))
    losses.push(...found.map((loss) => `seed ${seed}, cut behind act ${cut.index}: ${loss}`))
  }
  await rebuilt.remove()
  return losses
}
