import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sqlite } from '../../tests/support/engines.ts'
import { withRoutes } from '../../tests/support/routes.ts'
import { startTestServer } from '../../tests/support/test-server.ts'
import { uploadsAtOnce } from '../features/users/pictures/model.ts'

/**
 * Everything that all callers share, and what bounds the part of one caller (I13). Accounts are free, so a bound for
 * each account is not enough: a client and a network need one too, and all together. A new resource fails a test here
 * until someone has said what bounds it.
 */

const sources = join(import.meta.dirname, '..')

/** Each place in the sources that matches, as `file: match`. */
function findAll(pattern: RegExp): string[] {
  return globSync('**/*.ts', { cwd: sources })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      [...readFileSync(join(sources, file), 'utf8').matchAll(pattern)].map((match) => `${file}: ${match[1]}`),
    )
    .sort()
}

/** Their components give each client and each network a share. The rules are tested with the components. */
const queuesAndPlaces = {
  'app/wiring/platform.ts: FairQueue': 'password hashes',
  'cli/doctor/hashing.ts: FairQueue': 'one hash of the command line, which shares nothing',
  'features/users/pictures/decoding/decoder.ts: FairQueue': 'decoding of images',
  'features/users/pictures/service.ts: Places': 'uploads in memory',
  'platform/kernel/fair-queue.ts: Places': 'the places of each queue',
}

/** A limit by another key, such as an account, needs another one for the client and the network. */
const limitsOfOtherKeys = {
  'features/integration/oauth/grants.ts: client-tokens': 'the route has a limit too',
  'features/safeguards/rate-limits/anomalies/model.ts: login-anomaly':
    'counts clients and networks, and only while there is an anomaly',
  'features/safeguards/audit/service.ts: audit':
    'one event a minute for each identifier; refused guesses are limited by route',
  'features/safeguards/audit/model.ts: audit-refusals': 'stored refusals of one client',
  'features/safeguards/audit/model.ts: audit-refusals-all': 'stored refusals of all',
  'features/safeguards/audit/model.ts: audit-refusals-network': 'stored refusals of one network',
  'features/safeguards/proof-of-work/service.ts: work-used':
    'one use for each solution, which costs a second of computing',
  'features/self-service/contacts/requests.ts: contact-change-of-account': 'the route has a limit too',
  'features/self-service/credentials/username.ts: username-change-of-account': 'the route has a limit too',
  'features/users/pictures/service.ts: pictures': 'the route has a limit too',
}

/** Routes that change something, and have no limit of their own. */
const unlimitedRoutes = {
  'POST /v1/auth/logout': 'ends a session; sign-ins are limited',
  'DELETE /v1/me': 'ends the sessions; needs another sign-in or restoration, and both are limited',
  'DELETE /v1/me/profile/image': 'deletes a picture; uploads are limited',
  'DELETE /v1/me/trusted-devices': 'asks for more at the next sign-in; sign-ins are limited',
  'DELETE /v1/me/trusted-devices/:id': 'asks for more at the next sign-in; sign-ins are limited',
  'POST /account/security/trusted-devices/remove': 'asks for more at the next sign-in; sign-ins are limited',
  'POST /account/security/trusted-devices/:id/remove':
    'asks for more at the next sign-in; sign-ins are limited',
  'DELETE /v1/me/sessions': 'ends sessions; sign-ins are limited',
  'DELETE /v1/me/sessions/:id': 'ends a session; sign-ins are limited',
  'POST /account/sessions/:id/end': 'ends a session; sign-ins are limited',
  'POST /account/sessions/others/end': 'ends sessions; sign-ins are limited',
  'POST /sign-out': 'ends a session; sign-ins are limited',
}

/** What bounds the rows of each table. */
const tables = {
  accounts: 'registrations: a limit for each client and network',
  account_terms: 'a fixed number for each identifier and each of three names of an account',
  suspensions: 'one for each account',
  user_jobs: 'made by administrators: a limit for each client and network; deleted after 30 days',
  user_job_items: 'one for each account of a job',
  statistics: 'a row for each kind of event and hour, and for each reason and method, which are fixed',
  statistics_changes: 'one for each account that is created or erased and each message, for about a second',
  account_activity: 'a few for each account, for weeks',
  username_skeletons:
    'held usernames: at most ten or so for each account, ten changes a day, and a limit of the route; with strict privacy one for each registration, for a day',
  profiles: 'one for each account',
  pictures: 'one for each account',
  picture_files: 'six for each picture',
  external_ids: 'from imports, and one for each account and contract that numbers its accounts',
  external_id_counters: 'one for each source of external ids',
  roles: 'made by operators and administrators; at most 200',
  role_permissions: 'at most 64 for each role',
  account_roles: 'at most 20 for each account',
  setup_links: 'one for each start of a server, for an hour, while there is no administrator',
  clients: 'made by operators and administrators; at most 1,000',
  client_applications: 'one for each client',
  consents: 'one for each client that its owner allows something; at most 1,000 clients',
  client_secrets: 'at most two for each client',
  client_assertions: 'one for each request of a client that signs, for about an hour; the routes are limited',
  passwords: 'one for each account',
  user_secrets: 'one for each account',
  api_keys: 'a hundred for each account; the routes have a limit too',
  passkeys: 'at most twenty for each account',
  linked_accounts: 'at most twenty for each account',
  federation_flows: 'one for each start: a limit for each client and network; deleted after ten minutes',
  passkey_ceremonies: 'options for browsers: a limit for each client and network; deleted after five minutes',
  totp_secrets: 'at most two for each account',
  recovery_codes: 'ten for each account',
  trusted_devices: 'at most twenty for each account',
  recovery_marks: 'one for each account that was recovered; deleted after a day',
  sign_in_challenges: 'sign-ins: a limit for each client and network; deleted after five minutes',
  sign_in_places: 'at most fifty for each account',
  contact_changes: 'one of each kind for each account, for an hour',
  former_contacts: 'one for each requested change of an account, at most ten a day; deleted after a week',
  codes: 'one for each contact of an account and purpose; requests are limited for each client and network',
  sessions:
    'PROXIMA_SESSIONS_PER_ACCOUNT_MAX for each account; sign-ins are limited for each network. A client gets at most 10,000 in the life of its tokens',
  openid_entries:
    'requests of applications: limits for each client and network; deleted after an hour. A grant stays as long as its session',
  revocations: 'at most one for each session, for a day; the rest are acts of administrators and operators',
  revocation_feed: 'one',
  erased_accounts: 'one for each erased account that had a receipt',
  deletions: 'one for each account and grace period; restorations are limited for each network',
  signing_keys: 'made by the server and by operators',
  guess_budgets: 'sign-ins and codes: a limit for each client and network; deleted after 30 days',
  known_clients: 'sign-ins: a limit for each network; deleted after 180 days',
  idempotency_keys: 'a limit for each account, client and network; deleted after a day',
  audit_events:
    'every call that writes one is limited for each client and network, or needs one that is; refusals beyond a share become sums',
  audit_people: 'one for each account',
  audit_blocks: 'at most one for each event; at most some in a second',
  audit_chain: 'one',
  audit_checkpoints: 'at most one in a minute and one for each request of an operator',
  messages: 'caps by mailbox, caller, network, numbers and overall',
  message_counts: 'a fixed number for each message; deleted after a day',
  bounced_addresses: 'reported by programs of the operator; one for each address, for 90 days',
  servers: 'one for each server',
  webhook_endpoints: 'made by administrators, at most fifty',
  webhook_deliveries: 'one for each webhook and recorded event; deleted after 7 or 30 days',
}

describe('what callers share', () => {
  it('I13: queues and places are all listed, and the shares of uploads leave room for others', () => {
    expect(findAll(/new (FairQueue|Places)\(/g)).toEqual(Object.keys(queuesAndPlaces).sort())
    const { all, network, client, account } = uploadsAtOnce
    expect(network).toBeLessThanOrEqual(all / 2)
    expect(client).toBeLessThanOrEqual(network / 2)
    expect(account).toBeLessThanOrEqual(client / 2)
  })

  it('I13: tables are all listed, with what bounds their rows', () => {
    const text = readFileSync(join(sources, 'platform/database/tables.ts'), 'utf8')
    const body = /interface Tables \{([^}]*)\}/.exec(text)?.[1] ?? ''
    const names = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)
    expect(new Set(names)).toEqual(new Set(Object.keys(tables)))
  })

  it('I13: every route that changes something has a limit for clients and networks, or is listed', async () => {
    const { server, routes } = await withRoutes(() => startTestServer(sqlite))
    await server.close()
    const unlimited = routes
      .filter(
        ({ method, config }) => !['GET', 'HEAD', 'OPTIONS'].includes(method) && config.limit === undefined,
      )
      .map(({ method, path }) => `${method} ${path}`)
    expect(unlimited.sort()).toEqual(Object.keys(unlimitedRoutes).sort())
  })

  it('I13: a limit that counts by something else than clients is listed', () => {
    // The limits of routes count clients and networks.
    const others = findAll(/name: '([a-z-]+)', quota/g).filter(
      (found) => !/(?:routes|answer)\.ts: /.test(found),
    )
    expect(others).toEqual(Object.keys(limitsOfOtherKeys).toSorted())
  })
})
