import { Command } from 'commander'
import type { Services } from '../../app/wire.ts'
import type { RunningServer } from '../../features/safeguards/servers/model.ts'
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

const secretUnknown: Problem = {
  code: 'secret_not_on_every_server',
  kind: 'conflict',
  title: 'Not every server has the current secret',
  advice:
    'Set PROXIMA_SECRET to the current secret on these servers, restart them, and run this command again. Keep the ' +
    'previous secret until it succeeds. A server that crashed is listed for ten minutes.',
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
      if (json === true) printJson({ dry_run: dryRun, ...counts, servers: counts.servers.map(toJson) })
      else printCounts(counts, dryRun)
    })
}

interface Counts {
  /** The number of values by their kind. A dry run counts those that would be sealed again. */
  readonly values: Readonly<Record<string, number>>
  /** True if all data is sealed with the current secret. */
  readonly complete: boolean
  /** The servers that were seen in the last minutes. */
  readonly servers: readonly SeenServer[]
}

interface SeenServer extends Pick<RunningServer, 'host' | 'startedAt' | 'seenAt'> {
  /** The id of the secret with which it seals. */
  readonly secretId: string
  readonly usesCurrent: boolean
}

async function resealAll(services: Services, db: Database, dryRun: boolean): Promise<Counts> {
  const counts = await walk(services, dryRun)
  if (dryRun) return { values: counts, complete: total(counts) === 0, servers: await seenServers(services) }
  // A second walk finds the values that a server sealed with a previous secret during the first walk.
  const isComplete = total(await walk(services, true)) === 0
  // A server that only has the previous secret may seal nothing now, and the next value later.
  const servers = await seenServers(services)
  const outdated = servers.filter(({ usesCurrent }) => !usesCurrent)
  const { audit } = services
  if (isComplete && outdated.length === 0) await audit.success(db, 'secret_rotation', {}, noRequest)
  else await audit.failure(db, 'secret_rotation', {}, noRequest)
  if (outdated.length > 0) throw new Failure(secretUnknown, { detail: namesOf(outdated) })
  if (!isComplete) throw new Failure(secretStillUsed)
  return { values: counts, complete: true, servers }
}

async function seenServers({ servers, sealer }: Services): Promise<SeenServer[]> {
  const running = await servers.listRunning()
  return running.map(({ host, startedAt, seenAt, secretIds: [secretId = ''] }) => ({
    host,
    startedAt,
    seenAt,
    secretId,
    usesCurrent: secretId === sealer.keyId,
  }))
}

function namesOf(servers: readonly SeenServer[]): string {
  const names = servers.map(
    ({ host, secretId, seenAt }) => `${host} (secret ${secretId}, last seen ${seenAt.toISOString()})`,
  )
  return `These servers do not seal with the current secret: ${names.join(', ')}. ${secretUnknown.advice}`
}

function toJson({ host, secretId, usesCurrent, startedAt, seenAt }: SeenServer) {
  return {
    host,
    secret_id: secretId,
    uses_current: usesCurrent,
    started_at: startedAt.toISOString(),
    seen_at: seenAt.toISOString(),
  }
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

function printCounts({ values, complete, servers }: Counts, dryRun: boolean): void {
  const rows = Object.entries(values).map(([what, count]) => [what, String(count)])
  printTable(['what', dryRun ? 'to seal again' : 'sealed again'], rows)
  print(complete ? '\nAll data is sealed with the current secret.\n' : `\n${stillNeeded}\n`)
  if (servers.length > 0) {
    print('\nServers that were seen on this database in the last ten minutes:\n')
    printTable(
      ['host', 'seals with', 'last seen'],
      servers.map(({ host, secretId, usesCurrent, seenAt }) => [
        host,
        usesCurrent ? 'the current secret' : `secret ${secretId}`,
        seenAt.toISOString(),
      ]),
    )
  }
  if (complete) print(`\n${servers.length > 0 ? restart(servers) : noneSeen}\n`)
}

const stillNeeded = 'The previous secret is still needed. Run the command without --dry-run.'

function restart(servers: readonly SeenServer[]): string {
  return servers.every(({ usesCurrent }) => usesCurrent)
    ? 'You can remove the previous secret from these servers. A server that is stopped now must start with the current secret.'
    : 'The previous secret is still needed: not all of these servers seal with the current one.'
}

const noneSeen =
  'No server was seen running. Before you remove the previous secret, make sure that every server starts with the ' +
  'current one: this command cannot check that.'
