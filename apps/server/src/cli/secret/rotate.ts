import { Command } from 'commander'
import type { Services } from '../../app/wire.ts'
import type { ResealStep } from '../../platform/crypto/sealing.ts'
import type { Database } from '../../platform/database/tables.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { noRequest } from '../../platform/kernel/request-context.ts'
import { print, printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

const secretStillUsed: Problem = {
  code: 'secret_still_used',
  kind: 'conflict',
  title: 'The previous secret is still used',
  advice:
    'A server goes on sealing with a previous secret. Give every server the current one as PROXIMA_SECRET, then run ' +
    'this again; until then the previous one must stay.',
}

export function rotateSecretCommand(): Command {
  return new Command('rotate')
    .description(
      'Seal everything anew with PROXIMA_SECRET that a secret of PROXIMA_SECRET_PREVIOUS has sealed. Servers with both ' +
        'may run meanwhile. When it is cut off, run it again.',
    )
    .option('--dry-run', 'only count, and see that everything opens')
    .option('--json', 'print JSON')
    .action(async ({ dryRun, json }: { dryRun?: true; json?: true }) => {
      const isTrial = dryRun === true
      const counts = await withServices((services, db) => resealAll(services, db, isTrial))
      if (json === true) printJson({ dry_run: isTrial, ...counts })
      else printCounts(counts, isTrial)
    })
}

interface Counts {
  /** By what they belong to; with a dry run those that would be sealed anew. */
  readonly values: Readonly<Record<string, number>>
  /** Whether a previous secret is of no use any more. */
  readonly complete: boolean
}

async function resealAll(services: Services, db: Database, isTrial: boolean): Promise<Counts> {
  const counts = await walk(services, isTrial)
  if (isTrial) return { values: counts, complete: total(counts) === 0 }
  // What a server sealed with a previous secret behind the walk is found by walking once more.
  const isComplete = total(await walk(services, true)) === 0
  const { audit } = services
  if (isComplete) await audit.success(db, 'secret_rotation', {}, noRequest)
  else await audit.failure(db, 'secret_rotation', {}, noRequest)
  if (!isComplete) throw new Failure(secretStillUsed)
  return { values: counts, complete: true }
}

/** The signing keys come last: a server that has only the current secret starts when everything opens with it. */
async function walk(
  { privateDetails, profiles, idempotency, outbox, keys, sessions }: Services,
  isTrial: boolean,
): Promise<Record<string, number>> {
  return {
    accounts: await countAll((after) => privateDetails.reseal({ after, isTrial })),
    profiles: await countAll((after) => profiles.reseal({ after, isTrial })),
    idempotency_keys: await countAll((after) => idempotency.reseal({ after, isTrial })),
    sessions: await countAll((after) => sessions.reseal({ after, isTrial })),
    messages: await countAll((after) => outbox.reseal({ after, isTrial })),
    signing_keys: await countAll(() => keys.reseal({ isTrial })),
  }
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

function printCounts({ values, complete }: Counts, isTrial: boolean): void {
  const rows = Object.entries(values).map(([what, count]) => [what, String(count)])
  printTable(['what', isTrial ? 'to seal anew' : 'sealed anew'], rows)
  print(
    complete
      ? '\nEverything is sealed with the current secret: the previous one may be removed from every server.\n'
      : '\nThe previous secret is still needed. Run it without --dry-run.\n',
  )
}
