import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import { newRole } from '../../../../../tests/support/roles.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../../tests/support/wired-node.ts'
import type { Services } from '../../../../app/wire.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import { termRangesOf } from '../../../users/accounts/identifiers/search-terms.ts'
import { everyone } from '../search/model.ts'
import type { NewUserJob, UserJob } from './model.ts'
import { JobRunner } from './runner.ts'

const source = { context: requestFrom(), idempotencyKey: null }
const nothing = { role: null, reason: null, endsAt: null }

describe.each(engines)('a job on many accounts on $name', (engine) => {
  let database: MigratedDatabase
  let services: Services
  let clock: FrozenClock
  let count = 0
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    clock = new FrozenClock()
    services = wireNode({ db: database.db, clock, env: { PROXIMA_VERIFICATION: 'off' } })
  })
  afterAll(async () => await database?.drop())

  async function newAccount(prefix = 'person'): Promise<AccountId> {
    count += 1
    return (await services.registration.create({ username: `${prefix}-${count}` }, source)).account.id
  }

  async function authorWith(permissions: readonly string[]): Promise<Author & { readonly id: AccountId }> {
    const id = await newAccount('author')
    await services.roleAssignment.add(id, await newRole(services, permissions))
    const granted = await services.roles.grantsOf(services.db, id)
    return { id, caller: { accountId: id, permissions: granted.permissions }, context: requestFrom() }
  }

  function runner(node: Services = services): JobRunner {
    return new JobRunner({
      ...node,
      clock,
      actions: node.jobActions,
      onFault: (error) => expect(error).toBeNull(),
    })
  }

  const run = async (stopping = new AbortController().signal) => await runner().runDue(stopping)
  const create = (
    job: Omit<NewUserJob, 'role' | 'reason' | 'endsAt'> & Partial<NewUserJob>,
    author: Author,
  ) => services.userJobs.create({ ...nothing, ...job }, author, null)
  const statusOf = async (id: AccountId) => (await services.accounts.find(services.db, id))?.status
  const reportOf = async (job: UserJob) =>
    (await services.userJobs.listItems(job.id, { after: -1, limit: 1_000, outcome: null })).map(
      ({ outcome, reason }) => reason ?? outcome,
    )

  it('does to each account what an administrator can do to it, and reports why one was skipped', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const higher = (await authorWith(['users:delete'])).id
    const ids = [await newAccount(), await newAccount()]
    const gone = await newAccount()
    const job = await create({ action: 'suspend', accounts: [...ids, higher, gone], reason: 'Spam' }, author)
    expect(job).toMatchObject({ total: 4, done: 0, finishedAt: null })
    await services.administration.erase(gone)
    await run()
    expect(await services.userJobs.get(job.id)).toMatchObject({
      done: 2,
      skipped: 2,
      finishedAt: clock.now(),
    })
    expect(await reportOf(job)).toEqual(['done', 'done', 'forbidden', 'not_found'])
    expect(await Promise.all([...ids, higher].map(statusOf))).toEqual(['suspended', 'suspended', 'active'])
    for (const id of ids) {
      const events = await services.audit.list(services.db, id, { after: null, limit: 10 })
      const [event] = events.filter(({ action }) => action === 'suspension')
      expect(event).toMatchObject({ actorId: author.id, changes: { after: { reason: 'Spam' } } })
    }
  })

  it('finds its accounts by a filter while it runs, in batches', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const ids: AccountId[] = []
    for (let index = 0; index < 120; index++) ids.push(await newAccount('batch'))
    const terms = termRangesOf('batch-', null)
    const filter = { ...everyone, terms, status: 'active', kind: 'person' } as const
    const job = await create({ action: 'suspend', accounts: filter }, author)
    await run()
    const done = await services.userJobs.get(job.id)
    expect(done).toMatchObject({ total: null, done: 120, skipped: 0, filter: null, after: null })
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['suspended']))
    const lift = await create({ action: 'lift', accounts: { ...filter, status: 'suspended' } }, author)
    await run()
    expect(await services.userJobs.get(lift.id)).toMatchObject({ done: 120 })
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['active']))
  })

  it('adds and removes a role, ends sessions and deletes', async () => {
    const author = await authorWith(['users:write', 'users:read', 'roles:write', 'users:delete'])
    const role = await newRole(services, ['users:read'])
    const accounts = [await newAccount(), await newAccount()]
    for (const [action, given] of [
      ['add_role', role],
      ['remove_role', role],
      ['end_sessions', null],
      ['delete', null],
    ] as const) {
      const job = await create({ action, accounts, role: given }, author)
      await run()
      expect(await reportOf(job), action).toEqual(['done', 'done'])
    }
    expect(await Promise.all(accounts.map(statusOf))).toEqual(['deleted', 'deleted'])
    for (const id of accounts) expect(await services.roles.rolesOf(services.db, id)).toEqual(['user'])
  })

  it('goes on where it ended after a restart, and does nothing twice', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const accounts: AccountId[] = []
    for (let index = 0; index < 10; index++) accounts.push(await newAccount())
    const job = await create({ action: 'end_sessions', accounts }, author)
    const stopping = new AbortController()
    const { jobActions } = services
    let done = 0
    const actions = {
      authorOf: (each: UserJob) => jobActions.authorOf(each),
      perform: async (...given: Parameters<typeof jobActions.perform>) => {
        await jobActions.perform(...given)
        done += 1
        if (done === 4) stopping.abort()
      },
    }
    await new JobRunner({ ...services, clock, actions, onFault: () => undefined }).runDue(stopping.signal)
    expect(await services.userJobs.get(job.id)).toMatchObject({ done: 4, finishedAt: null })
    await run()
    expect(await services.userJobs.get(job.id)).toMatchObject({ done: 10, finishedAt: clock.now() })
    for (const id of accounts) {
      const events = await services.audit.list(services.db, id, { after: null, limit: 10 })
      expect(events.filter(({ action }) => action === 'all_sessions_end')).toHaveLength(1)
    }
  })

  it('is taken over by another server when the first one stopped without a word, and not before', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const accounts = [await newAccount(), await newAccount()]
    const job = await create({ action: 'end_sessions', accounts }, author)
    const actions = {
      authorOf: (each: UserJob) => services.jobActions.authorOf(each),
      perform: async () => {
        throw new Error('the process is killed')
      },
    }
    const killed = new JobRunner({
      ...services,
      clock,
      actions,
      onFault: (error) => {
        throw error
      },
    })
    await expect(killed.runDue(new AbortController().signal)).rejects.toThrow('killed')
    await run()
    expect(await services.userJobs.get(job.id)).toMatchObject({ done: 0 })
    clock.advance(61)
    await run()
    expect(await services.userJobs.get(job.id)).toMatchObject({ done: 2 })
  })

  it('is done once by several servers that run at the same time', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const accounts: AccountId[] = []
    for (let index = 0; index < 30; index++) accounts.push(await newAccount())
    const job = await create({ action: 'end_sessions', accounts }, author)
    const signal = new AbortController().signal
    await Promise.all([runner().runDue(signal), runner().runDue(signal), runner().runDue(signal)])
    expect(await services.userJobs.get(job.id)).toMatchObject({ done: 30, skipped: 0 })
  })

  it('I6: stops to act once its author has lost the permission, or their account', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const person = await newAccount()
    const demoted = await create({ action: 'suspend', accounts: [person] }, author)
    for (const role of await services.roles.rolesOf(services.db, author.id))
      await services.roleAssignment.remove(author.id, role)
    await run()
    expect(await services.userJobs.get(demoted.id)).toMatchObject({ done: 0, stopReason: 'permission_lost' })
    const other = await authorWith(['users:write', 'users:read'])
    const orphaned = await create({ action: 'suspend', accounts: [person] }, other)
    await services.administration.erase(other.id)
    await run()
    expect(await services.userJobs.get(orphaned.id)).toMatchObject({
      accountId: null,
      credential: null,
      done: 0,
      stopReason: 'account_ended',
    })
    expect(await statusOf(person)).toBe('active')
  })

  it('I2: stops before the next account once the key that started it is revoked, and says so', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const { apiKeys, db } = services
    const input = { name: 'x', permissions: [], allowedNetworks: [], expiresAt: null }
    const { apiKey } = await db.transaction().execute((each) => apiKeys.create(each, author.id, input))
    const accounts = [await newAccount(), await newAccount()]
    const job = await services.userJobs.create({ ...nothing, action: 'suspend', accounts }, author, null, {
      kind: 'api_key',
      id: apiKey.id,
    })
    const perform: Services['jobActions']['perform'] = async (...parameters) => {
      await services.jobActions.perform(...parameters)
      await services.userApiKeys.revokeAny(apiKey.id)
    }
    const actions = { perform, authorOf: (each: UserJob) => services.jobActions.authorOf(each) }
    const onFault = (error: unknown) => expect(error).toBeNull()
    await new JobRunner({ ...services, clock, actions, onFault }).runDue(new AbortController().signal)
    const stopped = { done: 1, skipped: 0, finishedAt: clock.now(), stopReason: 'credential_ended' }
    expect(await services.userJobs.get(job.id)).toMatchObject(stopped)
    expect(await reportOf(job)).toEqual(['done', null])
    expect(await Promise.all(accounts.map(statusOf))).toEqual(['suspended', 'active'])
  })

  it('I6: cannot be started without the permission for its action, or with a credential that permits less', async () => {
    const author = await authorWith(['users:write', 'users:read'])
    const accounts = [await newAccount()]
    const refused = { problem: { code: 'forbidden' } }
    await expect(create({ action: 'delete', accounts }, author)).rejects.toMatchObject(refused)
    await expect(create({ action: 'add_role', accounts, role: 'user' }, author)).rejects.toMatchObject(
      refused,
    )
    const narrow = { ...author, caller: { accountId: author.id, permissions: ['users:write'] as const } }
    await expect(create({ action: 'suspend', accounts }, narrow)).rejects.toMatchObject(refused)
  })

  it('is deleted with its report after thirty days', async () => {
    clock.advance(31 * 86_400)
    while ((await services.userJobs.purge(1_000)) > 0);
    expect(await services.db.selectFrom('user_jobs').selectAll().execute()).toEqual([])
    expect(await services.db.selectFrom('user_job_items').selectAll().execute()).toEqual([])
  })
})
