import type { CreateUserJobBody, ManagedUser, UserJob } from '@proxima/client'
import { act } from '../acts/act.ts'
import { Cancelled, messageOf } from '../api/failures.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { nameOf } from '../kit/person-parts.tsx'
import { formatNumber } from '../kit/time.ts'
import { notify, notifyFailure, notifyProgress } from '../kit/toasts.tsx'
import type { PeopleFilter } from './filter.ts'
import type { Selection } from './selection.ts'

const askAgainMs = 700

/** The people of a job: those chosen, or everyone who matches. */
export function targetOf(
  { isAll, people }: Selection,
  filter: PeopleFilter,
): Pick<CreateUserJobBody, 'user_ids' | 'filter'> {
  if (!isAll) return { user_ids: people.map(({ id }) => id) }
  const { q, status, role, verified } = filter
  return {
    filter: {
      ...(q.trim() !== '' && { q: q.trim() }),
      ...(status && { status }),
      ...(role && { role }),
      ...(verified && { verified }),
    },
  }
}

/** Suspends the people who are chosen, and offers to take it back. */
export async function suspendChosen(people: readonly ManagedUser[]): Promise<void> {
  // One that was suspended before stays suspended.
  const changed = people.filter(({ status }) => status === 'active')
  const ids = changed.map(({ id }) => id)
  if (ids.length === 0) return notify('No one was suspended: none of them is active')
  const undo = () => run({ action: 'lift', user_ids: ids })
  const [only] = changed
  const done = changed.length === 1 && only ? `${nameOf(only)} is suspended` : undefined
  await run({ action: 'suspend', user_ids: ids }, { undo, ...(done && { done }) })
}

async function run(
  body: CreateUserJobBody,
  notice: { undo?: () => unknown; done?: string } = {},
): Promise<void> {
  try {
    await startJob(body, notice)
  } catch (error) {
    if (!(error instanceof Cancelled)) notifyFailure(messageOf(error))
  }
}

/** Starts a job, and shows how far it is until it has ended. It goes on if this page is closed. */
export async function startJob(
  body: CreateUserJobBody,
  { undo, done }: { readonly undo?: () => unknown; readonly done?: string } = {},
): Promise<void> {
  const job = await act(() => proxima.userJobs.create(body))
  void follow(job).then(
    (last) => notify(done !== undefined && last.done === 1 ? done : summaryOf(last), undo && { undo }),
    (error: unknown) => notifyFailure(messageOf(error)),
  )
}

async function follow(job: UserJob): Promise<UserJob> {
  const progress = notifyProgress(progressOf(job))
  try {
    let last = job
    while (last.status === 'waiting' || last.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, askAgainMs))
      last = await proxima.userJobs.get(job.id)
      progress.update(progressOf(last))
    }
    return last
  } finally {
    progress.close()
    await queries.invalidateQueries()
  }
}

function progressOf({ done, skipped, total }: UserJob): string {
  return `${formatNumber(done + skipped)} of ${total === null ? '…' : formatNumber(total)} done`
}

const verbs = {
  suspend: 'suspended',
  lift: 'restored',
  add_role: 'given the role',
  remove_role: 'freed of the role',
  end_sessions: 'signed out',
  delete: 'deleted',
} as const

function summaryOf({ action, done, skipped, status }: UserJob): string {
  const people = done === 1 ? '1 person was' : `${formatNumber(done)} people were`
  const rest = skipped === 0 ? '' : `; ${formatNumber(skipped)} could not be changed`
  return `${people} ${verbs[action]}${rest}${status === 'stopped' ? '. The job was stopped.' : ''}`
}
