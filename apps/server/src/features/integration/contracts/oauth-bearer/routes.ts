import { bearerOf } from '../../../../platform/kernel/bearer.ts'
import type { ApiAnswer } from '../../../../platform/kernel/other-api.ts'
import type { LoginService } from '../../../authentication/login/service.ts'
import { registerLimit } from '../../../authentication/registration/answer.ts'
import type { RegistrationService } from '../../../authentication/registration/service.ts'
import { loginLimit } from '../../../authentication/sign-in/answer.ts'
import { requireSignedIn } from '../../../authentication/sign-in/model.ts'
import type { PasswordPolicy } from '../../../authenticators/passwords/model.ts'
import type { Contract, ContractCall } from '../contract.ts'
import type { ContractTokens } from '../tokens/service.ts'
import { callerOf, ok } from './call.ts'
import { OldFields } from './fields.ts'
import { roleIdOf } from './model.ts'
import { type OldRecovery, recoveryRoutes } from './recovery/routes.ts'
import { refusalOf } from './refusal.ts'
import { oldProfileOf, oldUserOf } from './schema.ts'
import { userRoutes } from './users/routes.ts'
import type { OauthBearerUsers } from './users/service.ts'

export interface OauthBearerOptions extends OldRecovery {
  readonly login: Pick<LoginService, 'withPassword'>
  readonly oauthBearerUsers: OauthBearerUsers
  readonly registration: Pick<RegistrationService, 'register'>
  readonly passwordPolicy: PasswordPolicy
  readonly tokens: ContractTokens
}

/**
 * The API of a backend of 2023: users with integer ids, a bearer token, FastAPI's errors. See
 * docs/guides/moving-in/oauth-bearer.md.
 */
export function oauthBearer(options: OauthBearerOptions): Contract<'oauth-bearer'> {
  const { tokens } = options
  return {
    name: 'oauth-bearer',
    corsMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    refusal: refusalOf,
    findCaller: async (authorization, context) => await tokens.caller(bearerOf(authorization), context),
    routes: {
      'GET /': {
        access: 'public',
        // A browser that opens the address gets the home page of the server.
        isNative: ({ accept }) => accept.includes('text/html'),
        handle: async () => ok({ message: 'Hello' }),
      },
      ...accountRoutes(options),
      ...recoveryRoutes(options),
      ...userRoutes(options),
    },
  }
}

function accountRoutes(options: OauthBearerOptions) {
  const { oauthBearerUsers: users } = options
  return {
    'POST /create': {
      access: 'public',
      limit: registerLimit,
      handle: (call: ContractCall) => create(options, call),
    },
    'POST /login': {
      access: 'public',
      forms: true,
      limit: loginLimit,
      handle: (call: ContractCall) => signIn(options, call),
    },
    'GET /profile': {
      access: 'user',
      handle: async (call: ContractCall) => ok(oldProfileOf(await users.own(callerOf(call)))),
    },
  } as const
}

/** The old API answered with a list, and with the hash of the password in it, which no answer of this server has. */
async function create(options: OauthBearerOptions, call: ContractCall): Promise<ApiAnswer> {
  const { oauthBearerUsers: users, passwordPolicy, registration } = options
  const { context, languages } = call
  const fields = new OldFields(call.body)
  const [name, email, password] = [fields.text('name'), fields.text('email'), fields.text('password')]
  const [nid, phoneNumber] = [fields.text('nid'), fields.text('phone_number')]
  const address = fields.optionalText('address') ?? ''
  fields.checkInteger('role_id')
  fields.finish()
  const input = {
    email,
    password,
    ...(name !== '' && { fullName: name }),
    ...(phoneNumber !== '' && { phoneNumber }),
    ...(nid !== '' && { nationalId: nid }),
    ...(address !== '' && { address }),
  }
  const source = { context, languages, idempotencyKey: null, passwordPolicy }
  const registered = await registration.register(input, source)
  // The server does not start with this contract and strict privacy.
  if (registered === null) throw new Error('a registration did not say what happened')
  return ok([oldUserOf(await users.own(registered))])
}

async function signIn(options: OauthBearerOptions, call: ContractCall): Promise<ApiAnswer> {
  const { login, oauthBearerUsers: users, tokens } = options
  const fields = new OldFields(call.body ?? {})
  const [username, password] = [fields.text('username'), fields.text('password')]
  const grantType = fields.optionalText('grant_type') ?? 'password'
  if (grantType !== 'password') fields.refuse('grant_type', "String should match pattern 'password'")
  fields.finish()
  const given = { identifiers: [{ kind: 'any', text: username }], password } as const
  const signedIn = requireSignedIn(await login.withPassword({ ...given, ...tokens.signIn }, call.context))
  const { account, roles } = signedIn
  const claims = { id: await users.numberOf(account.id), role_id: roleIdOf(roles) }
  return ok({ access_token: tokens.issue(signedIn, claims), token_type: 'Bearer' })
}
