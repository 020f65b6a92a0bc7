import type { Account } from '../../../../../platform/kernel/account.ts'
import { bearerOf } from '../../../../../platform/kernel/bearer.ts'
import { Failure } from '../../../../../platform/kernel/failures.ts'
import type { ApiAnswer, AskedRequest } from '../../../../../platform/kernel/other-api.ts'
import { tokenExpired, unauthenticated } from '../../../../../platform/kernel/problems.ts'
import type { LoginService } from '../../../../authentication/login/service.ts'
import { registerLimit } from '../../../../authentication/registration/answer.ts'
import type { RegistrationService } from '../../../../authentication/registration/service.ts'
import { loginLimit } from '../../../../authentication/sign-in/answer.ts'
import { invalidCredentials, requireSignedIn } from '../../../../authentication/sign-in/model.ts'
import { usernameTaken } from '../../../../users/accounts/model.ts'
import type { Contract, ContractCall } from '../../contract.ts'
import { detailAnswer, fastApiRefusal, nativeIfGiven, readText } from '../../fastapi-errors.ts'
import { nativeRegistrationFields, nativeTokenFields } from '../../model.ts'
import type { ContractTokens } from '../../tokens/service.ts'
import { brokenUsernameRule, isKeyed, usernamePattern } from './model.ts'

export interface UserSecretEnvelopeOptions {
  readonly registration: Pick<RegistrationService, 'register'>
  readonly login: Pick<LoginService, 'withUserSecret'>
  readonly tokens: ContractTokens
}

const usernameRules = { lengthMin: 3, lengthMax: 50, pattern: usernamePattern }

/** The later form of `user-secret`: each success in an envelope, secrets with a key id, and rules for usernames. */
export function userSecretEnvelope(options: UserSecretEnvelopeOptions): Contract<'user-secret-envelope'> {
  const { tokens } = options
  return {
    name: 'user-secret-envelope',
    corsMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    routes: {
      'POST /v1/auth/register': {
        access: 'public',
        limit: registerLimit,
        isNative: nativeIfGiven(nativeRegistrationFields),
        handle: (call) => register(call, options),
      },
      'POST /v1/auth/token': {
        access: 'public',
        limit: loginLimit,
        isNative: nativeIfGiven(nativeTokenFields),
        handle: (call) => signIn(call, options),
      },
      'GET /v1/auth/me': { access: 'user', handle: async (call) => currentUser(call) },
    },
    findCaller: (authorization, context) => tokens.caller(bearerOf(authorization), context),
    refusal,
  }
}

async function register(
  { body, context, languages }: ContractCall,
  { registration }: UserSecretEnvelopeOptions,
): Promise<ApiAnswer> {
  const username = readText(body, 'username', usernameRules)
  if (username.error !== null) return detailAnswer(422, [username.error])
  const broken = brokenUsernameRule(username.text)
  if (broken !== null) return detailAnswer(400, broken)
  const source = { context, idempotencyKey: null, languages, secretForm: 'keyed' } as const
  const registered = await registration.register({ username: username.text }, source)
  if (registered === null) throw new Error('a registration has no answer, but privacy is not strict')
  const { id, ...user } = userView(registered.account)
  const secret = registered.userSecret ?? ''
  // The key id is the part of the secret before the dot, so nothing else has to keep it.
  const [keyId = ''] = secret.split('.')
  const data = { id, username: user.username, key_id: keyId, user_secret: secret, ...timesOf(user) }
  return enveloped(201, data, 'User registered successfully')
}

async function signIn(
  { body, context }: ContractCall,
  { login, tokens }: UserSecretEnvelopeOptions,
): Promise<ApiAnswer> {
  const secret = readText(body, 'user_secret')
  if (secret.error !== null) return detailAnswer(422, [secret.error])
  if (!isKeyed(secret.text)) return detailAnswer(401, 'Invalid API key format')
  const outcome = await login.withUserSecret({ userSecret: secret.text, ...tokens.signIn }, context)
  const signedIn = requireSignedIn(outcome)
  const token = tokens.issue(signedIn, { sub: signedIn.account.id })
  return enveloped(200, { access_token: token, token_type: 'bearer' }, 'Login successful')
}

function currentUser({ caller }: ContractCall): ApiAnswer {
  if (caller === null) throw new Failure(unauthenticated)
  return enveloped(200, userView(caller.account), 'Current user retrieved successfully')
}

function enveloped(status: number, data: object, message: string): ApiAnswer {
  return { status, body: { data, message, error: null } }
}

function userView({ id, username, createdAt, updatedAt }: Account) {
  return { id, username, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() }
}

function timesOf({ created_at, updated_at }: Pick<ReturnType<typeof userView>, 'created_at' | 'updated_at'>) {
  return { created_at, updated_at }
}

function refusal(failure: Failure, request: AskedRequest, status: number): ApiAnswer {
  const { problem, message } = failure
  if (problem === usernameTaken) return detailAnswer(400, 'Username already exists')
  if (problem === invalidCredentials) return detailAnswer(401, 'Invalid API key')
  if (problem === unauthenticated) return detailAnswer(401, 'Not authenticated')
  if (problem === tokenExpired) return detailAnswer(401, 'Token has expired')
  if (status === 401) return detailAnswer(401, 'Could not validate credentials')
  // Its own rules answered 400 with a sentence, so those of this server do too.
  if (problem.kind === 'invalid') return detailAnswer(400, failure.errors[0]?.detail ?? message)
  if (status === 500) return { status, body: internalError }
  return fastApiRefusal(failure, request, status)
}

const internalError = {
  data: null,
  message: 'Internal server error',
  error: { code: 'INTERNAL_ERROR', message: 'An unexpected error occurred' },
}
