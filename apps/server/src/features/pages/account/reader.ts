import type { FastifyRequest } from 'fastify'
import { currentUser } from '../../../platform/http/access.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import type { HostedPagesOptions } from '../frame/hosted-pages.ts'
import { type PageView, viewOf } from '../frame/view.ts'
import type { Viewing } from '../frame/viewing.ts'

/** The reader of an account page, who is the owner of the account. */
export interface Reader {
  readonly view: PageView
  readonly user: Principal
  readonly now: Date
  /** The minimum length of a password, which an error of a field names. */
  readonly passwordLengthMin: number
  /** True if the account can do nothing but confirm a contact. */
  readonly mustVerify: boolean
  /** Null if the reader is the owner. */
  readonly viewing: Viewing | null
  /** How long the session still counts as a recent sign-in; 0 if it does not any more. */
  readonly freshSecondsLeft: number
}

export interface AccountPagesOptions extends HostedPagesOptions {
  readonly clock: Clock
  readonly passwordLengthMin: number
  readonly freshSessionSeconds: number
  readonly mustVerify: (account: Account) => boolean
}

/** @throws `unauthenticated` */
export function readerOf(request: FastifyRequest, options: AccountPagesOptions): Reader {
  const user = currentUser(request)
  const now = options.clock.now()
  return {
    view: viewOf(request, options),
    user,
    now,
    passwordLengthMin: options.passwordLengthMin,
    mustVerify: options.mustVerify(user.account),
    viewing: viewingOf(user, now),
    freshSecondsLeft: freshSecondsLeft(user, now, options.freshSessionSeconds),
  }
}

function viewingOf({ account, impersonator, sessionEndsAt }: Principal, now: Date): Viewing | null {
  if (impersonator === null) return null
  const secondsLeft = Math.max(0, Math.ceil((sessionEndsAt.getTime() - now.getTime()) / 1_000))
  return { account, impersonator, secondsLeft }
}

/** A session that an application or an administrator has got never counts: someone who has its token must not act as the owner (I8). */
function freshSecondsLeft(
  { clientId, impersonator, authentication }: Principal,
  now: Date,
  freshSeconds: number,
): number {
  const { authenticatedAt } = authentication
  if (clientId !== null || impersonator !== null || !isRecent(authenticatedAt, now, freshSeconds * 1_000))
    return 0
  return Math.ceil(freshSeconds - (now.getTime() - authenticatedAt.getTime()) / 1_000)
}
