import type { FastifyReply, FastifyRequest } from 'fastify'
import { assertSameOrigin } from '../../../platform/http/same-origin.ts'
import { setSessionCookie } from '../../../platform/http/session-cookie.ts'
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
 * Refuses a cookie sign-in from another origin: such a page could sign its visitor in as someone else, unnoticed (A49).
 */
export function refuseForeignCookies(request: FastifyRequest, mode: SessionMode, publicUrl: string): void {
  if (mode === 'cookie') assertSameOrigin(request, { publicUrl, unstated: 'allowed' })
}

/** @throws `mfa_required` */
export function answerSignIn(reply: FastifyReply, mode: SessionMode, outcome: SignInOutcome): LoginView {
  const signedIn = requireSignedIn(outcome)
  const { code, expiresAt } = signedIn.session
  if (mode !== 'cookie' || code === null) return loginView(signedIn)
  setSessionCookie(reply, code, expiresAt)
  return loginView({ ...signedIn, session: { ...signedIn.session, code: null } })
}
