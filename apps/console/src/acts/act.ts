import { Cancelled, hasCode, messageOf } from '../api/failures.ts'
import { queries } from '../api/queries.ts'
import { notify, notifyFailure } from '../kit/toasts.tsx'
import { askForPassword } from './confirmation.ts'

/** Does something that may need a recent sign-in: then it asks for the password, and does it again. */
export async function act<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!hasCode(error, 'step_up_required')) throw error
    if (!(await askForPassword())) throw new Cancelled()
    return await work()
  }
}

interface Texts {
  readonly done: string
  /** What takes it back, and what to say then. */
  readonly undo?: { readonly work: () => Promise<unknown>; readonly done: string }
}

/** Does something at once, says so, and offers to take it back if it can be taken back. */
export async function actNow(work: () => Promise<unknown>, { done, undo }: Texts): Promise<void> {
  try {
    await act(work)
    notify(done, undo && { undo: () => actNow(undo.work, { done: undo.done }) })
  } catch (error) {
    if (!(error instanceof Cancelled)) notifyFailure(messageOf(error))
  } finally {
    await queries.invalidateQueries()
  }
}
