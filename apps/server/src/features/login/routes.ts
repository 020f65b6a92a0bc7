import type { FastifyRequest } from 'fastify'
import type { App } from '../../platform/http/app.ts'
import { overloaded } from '../../platform/kernel/problems.ts'
import type { Client } from '../sessions/model.ts'
import { invalidCredentials } from './model.ts'
import { LoginBody, LoginView, loginView, TokenBody, toPasswordLogin } from './schema.ts'
import type { LoginService } from './service.ts'

/** Over all accounts, so that one client cannot try one password on many (A41). */
const loginLimit = { name: 'login', quota: 300, windowSeconds: 300 }

export function loginRoutes(app: App, { login }: { login: LoginService }): void {
  app.post(
    '/v1/auth/login',
    {
      config: { access: 'public', limit: loginLimit, problems: [invalidCredentials, overloaded] },
      schema: {
        operationId: 'login',
        summary: 'Sign in with a password',
        tags: ['Register and sign in'],
        body: LoginBody,
        response: { 200: LoginView },
      },
    },
    async (request) => loginView(await login.withPassword(toPasswordLogin(request.body), clientOf(request))),
  )

  app.post(
    '/v1/auth/token',
    {
      config: { access: 'public', limit: loginLimit, problems: [invalidCredentials] },
      schema: {
        operationId: 'loginWithUserSecret',
        summary: 'Sign in with a user secret',
        tags: ['Register and sign in'],
        body: TokenBody,
        response: { 200: LoginView },
      },
    },
    async (request) => loginView(await login.withUserSecret(request.body.user_secret, clientOf(request))),
  )
}

function clientOf({ clientAddress, headers }: FastifyRequest): Client {
  return { ipAddress: clientAddress, userAgent: headers['user-agent'] ?? null }
}
