import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { digestSecret } from '../crypto/digests.ts'
import { bearerOf } from '../kernel/bearer.ts'
import { Failure, type Problem } from '../kernel/failures.ts'
import type { LimitPolicy } from '../kernel/limiter.ts'
import type { OwnPermission } from '../kernel/permission.ts'
import { type Caller, hasSession, impersonatorOf, isProgram, type Principal } from '../kernel/principal.ts'
import {
  forbidden,
  impersonationForbidden,
  invalidToken,
  malformedRequest,
  stepUpRequired,
  unauthenticated,
  verificationRequired,
} from '../kernel/problems.ts'
import type { RequestContext } from '../kernel/request-context.ts'
import { isEnrolmentCode, isSessionCode } from '../kernel/session-code.ts'
import type { Span } from '../kernel/tracing.ts'
import { assertNotApplication } from './applications.ts'
import { timesSent } from './raw-headers.ts'
import { contextOf } from './request-context.ts'
import { assertSameOrigin } from './same-origin.ts'
import { readSessionCookie } from './session-cookie.ts'
import { assertHasKey, assertSigned, type SignedRequestGuard } from './signed-requests.ts'

/**
 * Who may call a route.
 * - `public`: everyone. No credential is read.
 * - `optional`: everyone. A valid credential identifies the caller. An invalid one does not cause a refusal.
 * - `user`: a signed-in person. A program only if the route says `openToPrograms`.
 * - `session_code`: a signed-in person who sends a session code, not an access token.
 * - `permission`: a person or a program that has the permission.
 * - `metrics`: everyone, or the holder of the metrics token if one is configured.
 * - `webhook`: a program of the operator, which signs its requests with the webhook key.
 * - `client`: a client of OAuth. The route authenticates it, because it may do so in the body (RFC 6749 §2.3.1).
 */
export type Access =
  | 'public'
  | 'optional'
  | 'user'
  | 'session_code'
  | 'metrics'
  | 'webhook'
  | 'client'
  | { readonly permission: OwnPermission }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for a call that an account may make before it has confirmed a contact, if the server requires that. */
    openToUnverified?: true
    /**
     * True for a call for `user` that a program may make too, with an API key or for a service account. Otherwise no
     * program could be kept from changing a password, a contact or a key (I8).
     */
    openToPrograms?: true
    /**
     * True for a call that an administrator may make who sees the account as its owner does. Otherwise such a session
     * could change a credential, a contact or a role, or delete the account (I8).
     */
    openToImpersonators?: true
    /**
     * True for a call with which an owner adds a second factor. It is also open to the credential of a sign-in that needs
     * one. Otherwise no such sign-in could go on. All other calls are closed to it (A94).
     */
    openToEnrolment?: true
    /** The server does not start if a route leaves it out. */
    access?: Access
    /**
     * True for a call that only a recent sign-in allows, so that a stolen session is not enough (I8, ASVS 7.5.3).
     */
    freshSession?: true
    /** Finds the caller in place of the usual credential, which is then not read. Cookies are not read either. */
    findCaller?: FindCaller
    /** How often one client may call it. */
    limit?: LimitPolicy
    /** Called by monitoring every few seconds, and therefore not traced. */
    isProbe?: true
    /** The problems that this route may answer with; the OpenAPI document lists them. */
    problems?: readonly Problem[]
  }
  interface FastifyRequest {
    principal: Caller | null
    /** Why the credential is not valid, on a route where it is optional. */
    credentialFailure: Failure | null
    /** The address of the client; behind trusted proxies, the address that they report. */
    clientAddress: string
    /** True if a configured proxy sent the request, so that what it says about the client's request is true. */
    isFromTrustedProxy: boolean
    /** Null if the request is not traced. */
    span: Span | null
  }
  interface FastifyReply {
    /** The code of the problem that is answered, for the log; null on success. */
    problemCode: string | null
    /** Which limit or which permission refused the request, for the audit trail; null if the code says it. */
    refusedBy: string | null
  }
}

/**
 * Finds the caller of a credential.
 * @throws `invalid_token`, `token_expired`, `forbidden` from a network that an API key does not allow, `unavailable`
 */
export type Authenticate = (credential: string, context: RequestContext) => Promise<Caller>

/** @throws like `Authenticate`, and `unauthenticated` without a credential */
export type FindCaller = (authorization: string | undefined, context: RequestContext) => Promise<Caller>

/** Decides whether the caller has the permission. */
export type Permits = (caller: Caller, permission: OwnPermission) => boolean

export interface Guard extends SignedRequestGuard {
  readonly authenticate: Authenticate
  /** Finds the caller of an enrolment credential, which `authenticate` refuses. @throws `invalid_token` */
  readonly authenticateEnrolment: (credential: string) => Promise<Caller>
  /** True if the account of the caller must confirm a contact before it may do anything else (I7). */
  readonly mustVerify: (caller: Caller) => boolean
  readonly permits: Permits
  /** True if the caller has proved who they are a short time ago. */
  readonly isFresh: (caller: Caller) => boolean
  readonly publicUrl: () => string
  /** Null if everyone may read the metrics. */
  readonly metricsToken: string | null
}

export function guardRoutes(app: FastifyInstance, guard: Guard): void {
  app.decorateRequest('principal', null)
  app.decorateRequest('credentialFailure', null)
  app.decorateRequest('signedBody', null)
  requireAccess(app)
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public' || access === 'client') return
    if (access === 'metrics') return assertHas(guard.metricsToken, request)
    if (access === 'webhook') return assertHasKey(guard)
    await admit(request, access, guard)
  })
  app.addHook('preValidation', async (request) => {
    const { access } = request.routeOptions.config
    if (access === 'webhook') return assertSigned(request, guard)
    // A client may send its body for half a minute. Someone whose session ends or who loses a role in that time must not
    // act when the body is complete, or the thief of a session could keep requests in store (I2, A77, ASVS 8.3.2).
    if (request.principal !== null && request.body !== undefined) await admit(request, access, guard)
  })
}

// Decides who calls, and whether they may.
async function admit(request: FastifyRequest, access: Access | undefined, guard: Guard): Promise<void> {
  await identify(request, access, guard)
  assertPerson(request, access)
  assertOwner(request)
  assertNotApplication(request)
  assertVerified(request, guard)
  if (typeof access === 'object') assertPermitted(currentCaller(request), access.permission, guard)
  assertFresh(request, guard)
}

async function identify(
  request: FastifyRequest,
  access: Access | undefined,
  { authenticate, authenticateEnrolment, publicUrl }: Guard,
): Promise<void> {
  request.principal = null
  const { findCaller, openToEnrolment } = request.routeOptions.config
  try {
    if (findCaller !== undefined) {
      assertOneAuthorization(request)
      request.principal = await findCaller(request.headers.authorization, contextOf(request))
      return
    }
    const credential = readCredential(request, publicUrl())
    if (openToEnrolment === true && isEnrolmentCode(credential)) {
      request.principal = await authenticateEnrolment(credential)
      return
    }
    request.principal = await authenticate(credential, contextOf(request))
    if (access === 'session_code' && !isSessionCode(credential))
      throw new Failure(forbidden, needsSessionCode)
  } catch (error) {
    const isUnknown = error instanceof Failure && error.problem.kind === 'unauthenticated'
    if (access !== 'optional' || !isUnknown) throw error
    request.credentialFailure = error
  }
}

// Refused unless the route says otherwise, so that no new route is open to programs by mistake.
function assertPerson(request: FastifyRequest, access: Access | undefined): void {
  const { principal, routeOptions } = request
  if (principal === null || !isProgram(principal)) return
  if (typeof access === 'object' || routeOptions.config.openToPrograms === true) return
  const refusal = new Failure(forbidden, personNeeded)
  if (access !== 'optional') throw refusal
  // The session of a service is a session, so its client may end it.
  if (hasSession(principal)) return
  request.principal = null
  request.credentialFailure = refusal
}

const personNeeded = {
  detail:
    'This call is for a person who has signed in. A program can make the calls that its permissions allow, and read GET /v1/me.',
  refusedBy: 'person_needed',
}

// Refused unless the route says otherwise, so that no new route can be forgotten.
function assertOwner({ principal, routeOptions }: FastifyRequest): void {
  if (principal === null || impersonatorOf(principal) === null) return
  if (routeOptions.config.openToImpersonators !== true) throw new Failure(impersonationForbidden)
}

// Refused unless the route says otherwise, so that no new route can be forgotten.
function assertVerified({ principal, routeOptions }: FastifyRequest, { mustVerify }: Guard): void {
  if (principal === null || routeOptions.config.openToUnverified === true) return
  if (mustVerify(principal)) throw new Failure(verificationRequired)
}

// Otherwise a stolen token could be exchanged for a new one again and again, and would not expire (RFC 9700 §2.2.1).
const needsSessionCode = {
  detail:
    'This call needs a session code or the session cookie. To replace an access token, use its refresh token: POST /v1/auth/refresh.',
}

// The one place that decides on permissions, before the body is read (ASVS 8.3.1).
function assertPermitted(caller: Caller, permission: OwnPermission, { permits }: Guard): void {
  if (permits(caller, permission)) return
  const detail = `This call needs the permission "${permission}".`
  throw new Failure(forbidden, { detail, refusedBy: permission })
}

function assertFresh({ principal, routeOptions }: FastifyRequest, { isFresh }: Guard): void {
  if (routeOptions.config.freshSession !== true) return
  if (principal === null || !isFresh(principal))
    throw new Failure(stepUpRequired, { refusedBy: 'fresh_session' })
}

// Compares digests, which have equal lengths, so that the duration reveals nothing about the token (ASVS 11.2.4).
function assertHas(token: string | null, request: FastifyRequest): void {
  if (token === null) return
  const [given, expected] = [readBearer(request), token].map((each) => Buffer.from(digestSecret(each)))
  if (given === undefined || expected === undefined || !timingSafeEqual(given, expected))
    throw new Failure(invalidToken)
}

/** The caller of a route that needs one, who may be a program. @throws `unauthenticated` */
export function currentCaller(request: FastifyRequest): Caller {
  if (request.principal === null) throw new Failure(unauthenticated)
  return request.principal
}

/** The caller of a route where the credential is optional; null without a session. */
export function optionalUser({ principal }: FastifyRequest): Principal | null {
  return principal !== null && hasSession(principal) ? principal : null
}

/** The caller of a route that needs a session. @throws `unauthenticated`, `forbidden` for an API key */
export function currentUser(request: FastifyRequest): Principal {
  const caller = currentCaller(request)
  if (!hasSession(caller)) throw new Failure(forbidden, personNeeded)
  return caller
}

function isForUsers(access: Access | undefined): boolean {
  return access === 'user' || access === 'session_code' || typeof access === 'object'
}

// Checks after all plugins have added their routes, and before the first request.
function requireAccess(app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  app.addHook('onReady', async () => {
    const open = routes.find(({ config }) => config?.access === undefined)
    if (open) throw new Error(`route ${String(open.method)} ${open.url} does not declare its access`)
    const unasked = routes.find(({ config }) => config?.freshSession === true && !isForUsers(config.access))
    if (unasked)
      throw new Error(
        `route ${String(unasked.method)} ${unasked.url} asks for a fresh session, but for no user`,
      )
  })
}

// Reads nothing from the URL: a credential there ends up in histories and logs (RFC 9700 §4.3.2). A client sends the
// header on purpose. A browser adds the cookie by itself, so a call that changes something must come from a page of
// this server.
function readCredential(request: FastifyRequest, publicUrl: string): string {
  if (request.headers.authorization !== undefined) return readBearer(request)
  const code = readSessionCookie(request)
  if (code === null) throw new Failure(unauthenticated)
  if (!safeMethods.has(request.method)) assertSameOrigin(request, { publicUrl, unstated: 'refused' })
  return code
}

/** The methods that change nothing (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

function readBearer(request: FastifyRequest): string {
  assertOneAuthorization(request)
  return bearerOf(request.headers.authorization)
}

function assertOneAuthorization({ raw }: FastifyRequest): void {
  if (timesSent(raw, 'authorization') > 1)
    throw new Failure(malformedRequest, { detail: 'Send one Authorization header, not several.' })
}
