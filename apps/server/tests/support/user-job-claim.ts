import { expect } from 'vitest'
import { JobRunner } from '../../src/features/administration/users/jobs/runner.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { minute, type World } from './clock-scenarios.ts'
import { requestFrom } from './request-context.ts'
import { newRole } from './roles.ts'

const context = requestFrom('203.0.113.7')

/** A job that a server has left in the middle goes on within minutes on another one, and each account is done once. */
export async function userJobClaim({ db, right, rightClock, wrong, wrongClock }: World): Promise<void> {
  await db.deleteFrom('user_jobs').execute()
  const username = `p${newId().replaceAll('-', '')}`
  const { account } = await right.registration.create({ username }, { context, idempotencyKey: null })
  await right.roleAssignment.add(account.id, await newRole(right, ['users:write', 'users:read']))
  const { permissions } = await right.roles.grantsOf(db, account.id)
  const newJob = {
    action: 'end_sessions',
    accounts: [account.id],
    role: null,
    reason: null,
    endsAt: null,
  } as const
  const author = { caller: { accountId: account.id, permissions }, context }
  const { id } = await wrong.userJobs.create(newJob, author, null)
  const never = new AbortController().signal
  const onFault = (error: unknown) => {
    throw error
  }
  const actions = {
    authorOf: async () => author,
    perform: () => Promise.reject(new Error('the process is killed')),
  }
  const killed = new JobRunner({ ...wrong, clock: wrongClock, actions, onFault })
  await expect(killed.runDue(never)).rejects.toThrow('killed')
  rightClock.advance(2 * minute)
  await new JobRunner({ ...right, clock: rightClock, actions: right.jobActions, onFault }).runDue(never)
  expect(await right.userJobs.get(id)).toMatchObject({ done: 1, skipped: 0 })
}
