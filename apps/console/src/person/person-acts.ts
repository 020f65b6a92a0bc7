import type { ManagedUser } from '@proxima/client'
import { act, actNow } from '../acts/act.ts'
import { Cancelled, messageOf } from '../api/failures.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { nameOf } from '../kit/person-parts.tsx'
import { notify, notifyFailure } from '../kit/toasts.tsx'

type Person = Pick<ManagedUser, 'id' | 'full_name' | 'username' | 'email' | 'phone_number' | 'suspension'>

export async function suspend(person: Person, reason?: string): Promise<void> {
  await actNow(() => proxima.users.suspend(person.id, reason === undefined ? {} : { reason }), {
    done: `${nameOf(person)} is suspended`,
    undo: {
      work: () => proxima.users.liftSuspension(person.id),
      done: `${nameOf(person)} can sign in again`,
    },
  })
}

export async function liftSuspension(person: Person): Promise<void> {
  const { reason = null, ends_at = null } = person.suspension ?? {}
  const again = { ...(reason !== null && { reason }), ...(ends_at !== null && { ends_at }) }
  await actNow(() => proxima.users.liftSuspension(person.id), {
    done: `${nameOf(person)} can sign in again`,
    undo: {
      work: () => proxima.users.suspend(person.id, again),
      done: `${nameOf(person)} is suspended again`,
    },
  })
}

export async function endSessions(person: Person): Promise<void> {
  await actNow(() => proxima.users.endSessions(person.id), {
    done: `${nameOf(person)} is signed out everywhere`,
  })
}

export async function restore(person: Person): Promise<void> {
  await actNow(() => proxima.users.restore(person.id), { done: `${nameOf(person)} has the account back` })
}

const channels = { email: 'by email', phone_number: 'by text' } as const

/** Sends a message to the person, and says by which way it went. */
async function send(
  work: () => Promise<{ readonly channel: keyof typeof channels | null }>,
  what: string,
): Promise<void> {
  try {
    const { channel } = await act(work)
    if (channel === null)
      notifyFailure(`No ${what} was sent: the account has no contact that could receive it.`)
    else notify(`A ${what} is on its way ${channels[channel]}`)
  } catch (error) {
    if (!(error instanceof Cancelled)) notifyFailure(messageOf(error))
  } finally {
    await queries.invalidateQueries()
  }
}

export async function startRecovery({ id }: Person): Promise<void> {
  await send(() => proxima.users.startRecovery(id), 'recovery code')
}

export async function inviteAgain({ id }: Person): Promise<void> {
  await send(() => proxima.users.invite(id), 'new invitation')
}

export async function startVerification({ id }: Person, channel: keyof typeof channels): Promise<void> {
  await send(() => proxima.users.startVerification(id, { channel }), 'confirmation code')
}
