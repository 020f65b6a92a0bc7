import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { overloaded, stepUpRequired } from '../../../platform/kernel/problems.ts'
import { invalidCredentials } from '../../authentication/sign-in/model.ts'
import { passwordTooWeak } from '../../authenticators/passwords/model.ts'
import { usernameTaken } from '../../users/accounts/model.ts'
import { passwordLimit, secretLimit, usernameLimit } from './answer.ts'
import type { PasswordChangeService } from './password.ts'
import {
  givenCredentials,
  PasswordBody,
  RenamedView,
  renamedView,
  SecretBody,
  SecretView,
  toPasswordChange,
  toUsernameChange,
  UsernameBody,
} from './schema.ts'
import type { SecretRenewalService } from './secret.ts'
import type { UsernameChangeService } from './username.ts'

const tags = ['Me']

export interface CredentialsRoutesOptions {
  readonly passwordChange: PasswordChangeService
  readonly secretRenewal: SecretRenewalService
  readonly usernameChange: UsernameChangeService
}

export function credentialsRoutes(app: App, options: CredentialsRoutesOptions): void {
  passwordRoute(app, options)
  secretRoute(app, options)
  usernameRoute(app, options)
}

function passwordRoute(app: App, { passwordChange }: CredentialsRoutesOptions): void {
  app.put(
    '/v1/me/password',
    {
      config: {
        access: 'user',
        limit: passwordLimit,
        checkRules: (body, request) =>
          passwordChange.checkRules(currentUser(request), toPasswordChange(body as PasswordBody)),
        problems: [invalidCredentials, stepUpRequired, passwordTooWeak, overloaded],
      },
      schema: {
        operationId: 'changeMyPassword',
        summary: 'Change or set my password',
        description:
          'Needs the current password. An account without a password sets its first one with its user secret, or after a recent sign-in. The session of the caller continues. All other sessions and all refresh tokens end.',
        tags,
        body: PasswordBody,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await passwordChange.change(currentUser(request), toPasswordChange(request.body), contextOf(request))
      return reply.code(204).send(null)
    },
  )
}

function secretRoute(app: App, { secretRenewal }: CredentialsRoutesOptions): void {
  app.post(
    '/v1/me/secret',
    {
      config: {
        access: 'user',
        bodyIsOptional: true,
        limit: secretLimit,
        problems: [invalidCredentials, stepUpRequired, overloaded],
      },
      schema: {
        operationId: 'renewMySecret',
        summary: 'Get a new user secret',
        description:
          'Needs the current password, or a recent sign-in if the account has none. The old secret no longer works, and all other sessions and all refresh tokens end. The answer shows the secret only once. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags,
        headers: IdempotencyHeaders,
        body: SecretBody,
        response: { 200: SecretView },
      },
    },
    async (request) => {
      const key = idempotencyKey(request)
      const given = givenCredentials(request.body)
      const secret = await secretRenewal.renew(currentUser(request), given, contextOf(request), key)
      return { user_secret: secret }
    },
  )
}

function usernameRoute(app: App, { usernameChange }: CredentialsRoutesOptions): void {
  app.put(
    '/v1/me/username',
    {
      config: {
        access: 'user',
        limit: usernameLimit,
        checkRules: (body, request) =>
          usernameChange.checkRules(currentUser(request), toUsernameChange(body as UsernameBody)),
        problems: [invalidCredentials, stepUpRequired, usernameTaken, overloaded],
      },
      schema: {
        operationId: 'changeMyUsername',
        summary: 'Change my username',
        description:
          'The old username stays reserved for a while before someone else can take it. An account without a username gets its first one.',
        tags,
        body: UsernameBody,
        response: { 200: RenamedView },
      },
    },
    async (request) => {
      const caller = currentUser(request)
      const account = await usernameChange.change(caller, toUsernameChange(request.body), contextOf(request))
      return renamedView(account, caller.roles)
    },
  )
}
