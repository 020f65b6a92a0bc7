import type { FastifyReply, FastifyRequest } from 'fastify'
import { assertSameOrigin } from '../../../platform/http/same-origin.ts'
import { keepsCookies, setSessionCookie } from '../../../platform/http/session-cookie.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import { requireSignedIn, type SignInOutcome } from './model.ts'
import { LoginView, loginView } from './schema.ts'

/** The parts that the routes of all sign-in methods share. */

/**
 * For each sign-in method, across all accounts, so that one client cannot try one password on many of them (A41). Only
 * refused ones count: a school or a mobile network may have one address.
 */
export const loginLimit = { name: 'login', quota: 300, windowSeconds: 300, refundsSuccess: true }

export const loginResponse = { 200: LoginView }

/**
 * Refuses a cookie sign-in that would have no effect, and one from another origin: such a page could sign its visitor in as someone else, unnoticed (A49).
 */
export function refuseForeignCookies(request: FastifyRequest, mode: SessionMode, publicUrl: string): void {
  if (mode !== 'cookie') return
  if (!keepsCookies(publicUrl)) throw new Failure(forbidden, { detail: needsHttps(publicUrl) })
  assertSameOrigin(request, { publicUrl, unstated: 'allowed' })
}

// Otherwise the user would seem to be signed in, and every later call would be refused.
function needsHttps(publicUrl: string): string {
  return (
    `A browser does not keep the session cookie of ${publicUrl}, because that is not an https address. Serve this ` +
    'server over https and set PROXIMA_PUBLIC_URL to that address, or sign in with another "mode".'
  )
}

/** @throws `mfa_required`, `factor_enrolment_required` */
export function answerSignIn(reply: FastifyReply, mode: SessionMode, outcome: SignInOutcome): LoginView {
  const signedIn = requireSignedIn(outcome)
  const { code, expiresAt, authentication } = signedIn.session
  if (mode !== 'cookie' || code === null) return loginView(signedIn)
  setSessionCookie(reply, code, { startsAt: authentication.authenticatedAt, expiresAt })
  return loginView({ ...signedIn, session: { ...signedIn.session, code: null } })
}
