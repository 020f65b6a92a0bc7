import type { Account } from '../../../../platform/kernel/account.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'
import type { ApiAnswer } from '../../../../platform/kernel/other-api.ts'
import type { LoginService } from '../../../authentication/login/service.ts'
import { registerLimit } from '../../../authentication/registration/answer.ts'
import type { RegistrationService } from '../../../authentication/registration/service.ts'
import { loginLimit } from '../../../authentication/sign-in/answer.ts'
import { invalidCredentials, requireSignedIn } from '../../../authentication/sign-in/model.ts'
import type { PasswordPolicy } from '../../../authenticators/passwords/model.ts'
import type { IdentifiersService } from '../../../users/accounts/identifiers/service.ts'
import { isVerified } from '../../../users/accounts/model.ts'
import type { Contract, ContractCall } from '../contract.ts'
import type { ContractTokens } from '../tokens/service.ts'
import { type FlatErrors, flatErrors, readFlatBody } from './flat-errors.ts'

export interface PhonePasswordOptions {
  readonly registration: Pick<RegistrationService, 'register'>
  readonly login: Pick<LoginService, 'withPassword'>
  readonly identifiers: Pick<IdentifiersService, 'typedPhoneNumber'>
  readonly passwordPolicy: PasswordPolicy
  readonly tokens: ContractTokens
}

const required = { isRequired: true }
const registerFields = {
  full_name: required,
  phone_number: required,
  password: required,
  email: { isRequired: false },
}
const loginFields = { phone_number: required, password: required }

/** A backend on Flask whose users sign in with their phone number and a password. */
export function phonePassword(options: PhonePasswordOptions): Contract<'phone-password'> {
  return {
    name: 'phone-password',
    // The old server allowed no other origin, so the setting of this one applies.
    corsMethods: null,
    routes: {
      'GET /': {
        access: 'public',
        isNative: ({ accept }) => accept.includes('text/html'),
        handle: async () => ({
          status: 200,
          body: { message: 'The accounts API is running.' },
          headers: { vary: 'accept' },
        }),
      },
      'POST /api/users/register': {
        access: 'public',
        limit: registerLimit,
        handle: (call) => register(call, options),
      },
      'POST /api/users/login': {
        access: 'public',
        limit: loginLimit,
        handle: (call) => login(call, options),
      },
    },
    refusal,
  }
}

async function register(
  { body, context, languages }: ContractCall,
  { passwordPolicy, registration, ...options }: PhonePasswordOptions,
): Promise<ApiAnswer> {
  const read = readFlatBody(body, registerFields)
  if (read.errors !== null) return wrongInput(read.errors)
  const { full_name: fullName = '', phone_number: phoneNumber = '', password = '', email } = read.texts
  const input = { fullName, phoneNumber, password, ...(email !== undefined && { email }) }
  const source = { context, idempotencyKey: null, languages, passwordPolicy }
  const registered = await registration.register(input, source)
  if (registered === null) throw new Error('a registration has no answer, but privacy is not strict')
  return { status: 201, body: await userView(registered.account, options) }
}

async function login(
  { body, context }: ContractCall,
  { login: service, tokens, ...options }: PhonePasswordOptions,
): Promise<ApiAnswer> {
  const read = readFlatBody(body, loginFields)
  if (read.errors !== null) return wrongInput(read.errors)
  const { phone_number: text = '', password = '' } = read.texts
  const identifiers = [{ kind: 'phone_number', text }] as const
  const outcome = await service.withPassword({ identifiers, password, ...tokens.signIn }, context)
  const signedIn = requireSignedIn(outcome)
  const token = tokens.issue(signedIn, { sub: signedIn.account.id })
  return { status: 200, body: { token, user: await userView(signedIn.account, options) } }
}

/** The six fields of the old user, in the order in which it wrote them. */
async function userView(account: Account, { identifiers }: Pick<PhonePasswordOptions, 'identifiers'>) {
  return {
    created_at: naiveTime(account.createdAt),
    email: account.email,
    full_name: account.fullName ?? [account.givenName, account.familyName].filter(Boolean).join(' '),
    id: account.id,
    is_verified: isVerified(account),
    phone_number: (await identifiers.typedPhoneNumber(account.id)) ?? account.phoneNumber,
  }
}

/** In UTC, but without saying so, and with microseconds, as Python writes it. */
function naiveTime(time: Date): string {
  return time.toISOString().replace('Z', '000')
}

function wrongInput(body: FlatErrors): ApiAnswer {
  return { status: 400, body }
}

const oldSentences: Readonly<Record<string, FlatErrors>> = {
  phone_number_taken: { phone_number: ['An account with this phone number already exists.'] },
  email_taken: { email: ['An account with this email address already exists.'] },
}

function refusal(failure: Failure, _request: unknown, status: number): ApiAnswer {
  const { problem, errors } = failure
  if (problem === invalidCredentials) return { status: 401, body: { message: 'Invalid credentials' } }
  const taken = oldSentences[problem.code]
  if (taken !== undefined) return { status: 409, body: taken }
  if (problem.kind === 'invalid') return wrongInput(withOldEmailText(flatErrors(failure)))
  return { status, body: { message: errors.length === 0 ? failure.message : problem.title } }
}

// The one text about a value that the old schema had. Its clients may compare it.
function withOldEmailText(errors: FlatErrors): FlatErrors {
  return 'email' in errors ? { ...errors, email: ['Not a valid email address.'] } : errors
}
