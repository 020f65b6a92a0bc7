import type { FastifyReply } from 'fastify'
import { setSessionCookie } from '../../../platform/http/session-cookie.ts'
import { returnAddress } from '../../../platform/kernel/return-address.ts'
import type { SignedIn } from '../../authentication/sign-in/model.ts'
import type { HostedPagesOptions } from './hosted-pages.ts'
import { accountPath } from './paths.ts'

export interface AfterSignIn {
  /** True if the browser keeps the session when it is closed. */
  readonly keep: boolean
  /** Null for the account. */
  readonly returnTo: string | null
}

/** Sets the cookie of the session, and leads on. */
export async function finishSignIn(
  reply: FastifyReply,
  { session: { code, expiresAt, authentication } }: SignedIn,
  { keep, returnTo }: AfterSignIn,
): Promise<FastifyReply> {
  if (code === null) throw new Error('a sign-in with a cookie has no session code')
  setSessionCookie(reply, code, keep ? { startsAt: authentication.authenticatedAt, expiresAt } : null)
  return await reply.redirect(returnTo ?? accountPath, 303)
}

/** The address to which a form or a link leads back; null if no page may lead there (A106). */
export function addressIn(given: string | undefined, options: HostedPagesOptions): string | null {
  if (given === undefined) return null
  return returnAddress(given, { publicUrl: options.publicUrl(), returnOrigins: options.returnOrigins })
}
