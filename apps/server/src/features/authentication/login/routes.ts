import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { assertSameOrigin } from '../../../platform/http/same-origin.ts'
import {
  clearSessionCookie,
  readSessionCookie,
  setSessionCookie,
} from '../../../platform/http/session-cookie.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden, invalidToken, overloaded, unauthenticated } from '../../../platform/kernel/problems.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import { invalidCredentials } from '../reauthentication/model.ts'
import type { LogoutService } from './logout.ts'
import type { SignedIn } from './model.ts'
import type { RefreshService } from './refresh.ts'
import type { RestoreService } from './restore.ts'
import {
  LoginBody,
  LoginView,
  LogoutBody,
  loginView,
  RefreshBody,
  RestoreBody,
  TokenBody,
  toPasswordLogin,
  toRestoration,
  toSecretLogin,
} from './schema.ts'
import type { LoginService } from './service.ts'

/** Over all accounts, so that one client cannot try one password on many (A41). */
const loginLimit = { name: 'login', quota: 300, windowSeconds: 300 }
/** Every client asks once in the life of an access token, and many of them may stand behind one address. */
const refreshLimit = { name: 'refresh', quota: 1_000, windowSeconds: 300 }

const tags = ['Authentication']

export interface LoginRoutesOptions {
  readonly login: LoginService
  readonly restore: RestoreService
  readonly refresh: RefreshService
  readonly logout: LogoutService
  readonly publicUrl: () => string
}

export function loginRoutes(app: App, options: LoginRoutesOptions): void {
  signInRoutes(app, options)
  restoreRoute(app, options)
  refreshRoute(app, options)
  logoutRoute(app, options)
}

function signInRoutes(app: App, { login, publicUrl }: LoginRoutesOptions): void {
  app.post(
    '/v1/auth/login',
    {
      config: { access: 'public', limit: loginLimit, problems: [forbidden, invalidCredentials, overloaded] },
      schema: {
        operationId: 'login',
        summary: 'Sign in with a password',
        tags,
        body: LoginBody,
        response: { 200: LoginView },
      },
    },
    async (request, reply) => {
      const given = toPasswordLogin(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answer(reply, given.mode, await login.withPassword(given, contextOf(request)))
    },
  )

  app.post(
    '/v1/auth/token',
    {
      config: { access: 'public', limit: loginLimit, problems: [forbidden, invalidCredentials] },
      schema: {
        operationId: 'loginWithUserSecret',
        summary: 'Sign in with a user secret',
        tags,
        body: TokenBody,
        response: { 200: LoginView },
      },
    },
    async (request, reply) => {
      const given = toSecretLogin(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answer(reply, given.mode, await login.withUserSecret(given, contextOf(request)))
    },
  )
}

function restoreRoute(app: App, { restore, publicUrl }: LoginRoutesOptions): void {
  app.post(
    '/v1/auth/restore',
    {
      config: { access: 'public', limit: loginLimit, problems: [forbidden, invalidCredentials, overloaded] },
      schema: {
        operationId: 'restore',
        summary: 'Bring back an account that was deleted, while there is time, and sign in',
        tags,
        body: RestoreBody,
        response: { 200: LoginView },
      },
    },
    async (request, reply) => {
      const given = toRestoration(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answer(reply, given.mode, await restore.restore(given, contextOf(request)))
    },
  )
}

function refreshRoute(app: App, { refresh }: LoginRoutesOptions): void {
  app.post(
    '/v1/auth/refresh',
    {
      config: { access: 'public', limit: refreshLimit, problems: [invalidToken] },
      schema: {
        operationId: 'refresh',
        summary: 'A new access token and a new refresh token for the last one',
        tags,
        body: RefreshBody,
        response: { 200: LoginView },
      },
    },
    async (request) => loginView(await refresh.refresh(request.body.refresh_token, contextOf(request))),
  )
}

function logoutRoute(app: App, { logout }: LoginRoutesOptions): void {
  app.post(
    '/v1/auth/logout',
    {
      config: { access: 'optional' },
      schema: {
        operationId: 'logout',
        summary: 'End the session of the credential, or of the refresh token',
        tags,
        body: LogoutBody,
        response: { 204: NoContent },
      },
      preValidation: async (request) => {
        request.body ??= {}
      },
    },
    async (request, reply) => {
      const { principal: current } = request
      const refreshToken = request.body.refresh_token ?? null
      if (current === null && refreshToken === null)
        throw request.credentialFailure ?? new Failure(unauthenticated)
      await logout.logout({ current, refreshToken }, contextOf(request))
      if (readSessionCookie(request) !== null) clearSessionCookie(reply)
      return reply.code(204).send(null)
    },
  )
}

// Else a page elsewhere could sign its visitor in as somebody else, unnoticed (A49).
function refuseForeignCookies(request: FastifyRequest, mode: SessionMode, publicUrl: string): void {
  if (mode === 'cookie') assertSameOrigin(request, { publicUrl, unstated: 'allowed' })
}

function answer(reply: FastifyReply, mode: SessionMode, signedIn: SignedIn): LoginView {
  const { code, expiresAt } = signedIn.session
  if (mode !== 'cookie' || code === null) return loginView(signedIn)
  setSessionCookie(reply, code, expiresAt)
  return loginView({ ...signedIn, session: { ...signedIn.session, code: null } })
}
