import type { Failure } from '../../../../platform/kernel/failures.ts'
import type { ApiAnswer, AskedRequest } from '../../../../platform/kernel/other-api.ts'
import type { LoginService } from '../../../authentication/login/service.ts'
import { registerLimit } from '../../../authentication/registration/answer.ts'
import type { RegistrationService } from '../../../authentication/registration/service.ts'
import { loginLimit } from '../../../authentication/sign-in/answer.ts'
import { invalidCredentials, requireSignedIn } from '../../../authentication/sign-in/model.ts'
import { usernameTaken } from '../../../users/accounts/model.ts'
import type { Contract, ContractCall } from '../contract.ts'
import { detailAnswer, fastApiRefusal, nativeIfGiven, readText } from '../fastapi-errors.ts'
import { nativeRegistrationFields, nativeTokenFields } from '../model.ts'
import type { ContractTokens } from '../tokens/service.ts'

export interface UserSecretOptions {
  readonly registration: Pick<RegistrationService, 'register'>
  readonly login: Pick<LoginService, 'withUserSecret'>
  readonly tokens: ContractTokens
}

const usernameRules = { lengthMin: 3, lengthMax: 50 }

/** A backend on FastAPI whose users sign in with a secret that it made for them, in its first form. */
export function userSecret(options: UserSecretOptions): Contract<'user-secret'> {
  return {
    name: 'user-secret',
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
    },
    refusal,
  }
}

async function register(
  { body, context, languages }: ContractCall,
  { registration }: UserSecretOptions,
): Promise<ApiAnswer> {
  const username = readText(body, 'username', usernameRules)
  if (username.error !== null) return detailAnswer(422, [username.error])
  const source = { context, idempotencyKey: null, languages }
  const registered = await registration.register({ username: username.text }, source)
  if (registered === null) throw new Error('a registration has no answer, but privacy is not strict')
  const { account } = registered
  return {
    status: 200,
    body: { id: account.id, username: account.username, user_secret: registered.userSecret },
  }
}

async function signIn(
  { body, context }: ContractCall,
  { login, tokens }: UserSecretOptions,
): Promise<ApiAnswer> {
  const secret = readText(body, 'user_secret')
  if (secret.error !== null) return detailAnswer(422, [secret.error])
  const outcome = await login.withUserSecret({ userSecret: secret.text, ...tokens.signIn }, context)
  const signedIn = requireSignedIn(outcome)
  const token = tokens.issue(signedIn, { sub: signedIn.account.id })
  return { status: 200, body: { access_token: token, token_type: 'bearer' } }
}

function refusal(failure: Failure, request: AskedRequest, status: number): ApiAnswer {
  if (failure.problem === usernameTaken) return detailAnswer(400, 'Username already registered')
  if (failure.problem === invalidCredentials) return detailAnswer(401, 'Invalid credentials')
  return fastApiRefusal(failure, request, status)
}
