import { Command } from 'commander'
import type { Services } from '../../app/wire.ts'
import type { ResealStep } from '../../platform/crypto/sealing.ts'
import type { Database } from '../../platform/database/tables.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { noRequest } from '../../platform/kernel/request-context.ts'
import { print, printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'
import { sealedDataOf } from './sealed-data.ts'

const secretStillUsed: Problem = {
  code: 'secret_still_used',
  kind: 'conflict',
  title: 'The previous secret is still used',
  advice:
    'A server still seals data with a previous secret. Set PROXIMA_SECRET to the current secret on every server, and ' +
    'run this command again. Keep the previous secret until it succeeds.',
}

export function rotateSecretCommand(): Command {
  return new Command('rotate')
    .description(
      'Find all data that a secret in PROXIMA_SECRET_PREVIOUS has sealed, and seal it with PROXIMA_SECRET. Servers that ' +
        'have both secrets can keep running. If the command is interrupted, run it again.',
    )
    .option('--dry-run', 'only count the data, and check that all of it can be opened')
    .option('--json', 'print JSON')
    .action(async ({ dryRun = false, json }: { dryRun?: boolean; json?: true }) => {
      const counts = await withServices((services, db) => resealAll(services, db, dryRun))
      if (json === true) printJson({ dry_run: dryRun, ...counts })
      else printCounts(counts, dryRun)
    })
}

interface Counts {
  /** The number of values by their kind. A dry run counts those that would be sealed again. */
  readonly values: Readonly<Record<string, number>>
  /** True if the previous secrets are no longer needed. */
  readonly complete: boolean
}

async function resealAll(services: Services, db: Database, dryRun: boolean): Promise<Counts> {
  const counts = await walk(services, dryRun)
  if (dryRun) return { values: counts, complete: total(counts) === 0 }
  // A second walk finds the values that a server sealed with a previous secret during the first walk.
  const isComplete = total(await walk(services, true)) === 0
  const { audit } = services
  if (isComplete) await audit.success(db, 'secret_rotation', {}, noRequest)
  else await audit.failure(db, 'secret_rotation', {}, noRequest)
  if (!isComplete) throw new Failure(secretStillUsed)
  return { values: counts, complete: true }
}

async function walk(services: Services, dryRun: boolean): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const data of sealedDataOf(services))
    counts[data.table] = await countAll((after) => data.reseal({ after, dryRun }))
  return counts
}

async function countAll(reseal: (after: string | null) => Promise<ResealStep>): Promise<number> {
  let count = 0
  let after: string | null = null
  do {
    const step: ResealStep = await reseal(after)
    count += step.outdated
    after = step.next
  } while (after !== null)
  return count
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function printCounts({ values, complete }: Counts, dryRun: boolean): void {
  const rows = Object.entries(values).map(([what, count]) => [what, String(count)])
  printTable(['what', dryRun ? 'to seal again' : 'sealed again'], rows)
  print(
    complete
      ? '\nAll data is sealed with the current secret. You can remove the previous secret from every server.\n'
      : '\nThe previous secret is still needed. Run the command without --dry-run.\n',
  )
}
