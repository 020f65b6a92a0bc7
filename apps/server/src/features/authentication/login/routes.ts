import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { clearSessionCookie, readSessionCookie } from '../../../platform/http/session-cookie.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden, invalidToken, overloaded, unauthenticated } from '../../../platform/kernel/problems.ts'
import { signInWork } from '../../safeguards/proof-of-work/answer.ts'
import { proofOfWorkRequired } from '../../safeguards/proof-of-work/model.ts'
import { answerSignIn, loginLimit, loginResponse, refuseForeignCookies } from '../sign-in/answer.ts'
import { factorEnrolmentRequired, invalidCredentials, mfaRequired } from '../sign-in/model.ts'
import type { LogoutService } from './logout.ts'
import type { RefreshService } from './refresh.ts'
import { LoginBody, LogoutBody, RefreshBody, TokenBody, toPasswordLogin, toSecretLogin } from './schema.ts'
import type { LoginService } from './service.ts'

/** Each client refreshes once in the life of an access token, and many clients may share one address. */
const refreshLimit = { name: 'refresh', quota: 1_000, windowSeconds: 300 }

const tags = ['Authentication']

export interface LoginRoutesOptions {
  readonly login: LoginService
  readonly refresh: RefreshService
  readonly logout: LogoutService
  readonly publicUrl: () => string
}

export function loginRoutes(app: App, options: LoginRoutesOptions): void {
  signInRoutes(app, options)
  refreshRoute(app, options)
  logoutRoute(app, options)
}

function signInRoutes(app: App, { login, publicUrl }: LoginRoutesOptions): void {
  app.post(
    '/v1/auth/login',
    {
      config: {
        access: 'public',
        limit: loginLimit,
        work: signInWork,
        problems: [
          factorEnrolmentRequired,
          forbidden,
          invalidCredentials,
          mfaRequired,
          overloaded,
          proofOfWorkRequired,
        ],
      },
      schema: {
        operationId: 'login',
        summary: 'Sign in with a password',
        description:
          'The field `identifier` takes an identifier of any kind. An unknown identifier and a wrong password get the same answer. After several wrong passwords in a row, each attempt must wait.',
        tags,
        body: LoginBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const given = toPasswordLogin(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answerSignIn(reply, given.mode, await login.withPassword(given, contextOf(request)))
    },
  )

  app.post(
    '/v1/auth/token',
    {
      config: {
        access: 'public',
        limit: loginLimit,
        problems: [factorEnrolmentRequired, forbidden, invalidCredentials, mfaRequired, overloaded],
      },
      schema: {
        operationId: 'loginWithUserSecret',
        summary: 'Sign in with a user secret',
        description:
          'For accounts that were registered without a password, and for all others that have a user secret.',
        tags,
        body: TokenBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const given = toSecretLogin(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answerSignIn(reply, given.mode, await login.withUserSecret(given, contextOf(request)))
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
        summary: 'Get a new access token and a new refresh token',
        description:
          'Each refresh token is used once: keep the one in the answer. If the answer is lost, repeat the request at once. A refresh token that is used again later ends its session, because it may have been stolen.',
        tags,
        body: RefreshBody,
        response: loginResponse,
      },
    },
    async (request, reply) =>
      answerSignIn(reply, 'token', await refresh.refresh(request.body.refresh_token, contextOf(request))),
  )
}

function logoutRoute(app: App, { logout }: LoginRoutesOptions): void {
  app.post(
    '/v1/auth/logout',
    {
      config: { access: 'optional', openToImpersonators: true, openToUnverified: true, bodyIsOptional: true },
      schema: {
        operationId: 'logout',
        summary: 'Sign out',
        description:
          'Ends the session of the credential or of the refresh token. If the call has the cookie, the answer removes it.',
        tags,
        body: LogoutBody,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const current = optionalUser(request)
      const refreshToken = request.body.refresh_token ?? null
      if (current === null && refreshToken === null)
        throw request.credentialFailure ?? new Failure(unauthenticated)
      await logout.logout({ current, refreshToken }, contextOf(request))
      if (readSessionCookie(request) !== null) clearSessionCookie(reply)
      return reply.code(204).send(null)
    },
  )
}
