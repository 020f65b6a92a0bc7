import { Failure } from '../../../../platform/kernel/failures.ts'
import { hasSession, type Principal } from '../../../../platform/kernel/principal.ts'
import { invalidToken, unauthenticated } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { isSessionCode } from '../../../../platform/kernel/session-code.ts'
import type { LoginService } from '../../../authentication/login/service.ts'
import type { GivenCredentials } from '../../../authentication/reauthentication/model.ts'
import { availabilityLimit, registerLimit } from '../../../authentication/registration/answer.ts'
import type { Availability, IdentifierName } from '../../../authentication/registration/model.ts'
import type { RegistrationService } from '../../../authentication/registration/service.ts'
import { loginLimit } from '../../../authentication/sign-in/answer.ts'
import { requireSignedIn } from '../../../authentication/sign-in/model.ts'
import type { PasswordPolicy } from '../../../authenticators/passwords/model.ts'
import { contactRequestLimit } from '../../../self-service/contacts/answer.ts'
import type { TypedContact } from '../../../self-service/contacts/model.ts'
import { passwordLimit, usernameLimit } from '../../../self-service/credentials/answer.ts'
import type { DeletionsService } from '../../../self-service/deletions/service.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import { type IdentifiersInput, usernameTaken } from '../../../users/accounts/model.ts'
import { uploadLimit } from '../../../users/pictures/answer.ts'
import { profileLimit } from '../../../users/profiles/answer.ts'
import type { Contract, ContractCall, ContractRoute } from '../contract.ts'
import { contractTokenSeconds } from '../model.ts'
import { message, messageWithCode, oldRefusal } from './answer.ts'
import { contactBodyMaxBytes, ownSentences, sentences, type WrongPasswordStatus } from './model.ts'
import {
  hasPicture,
  isSignUp,
  oldProfile,
  toChange,
  toContactDetail,
  toCredentials,
  toGivenCredentials,
  toIdentifier,
  toPasswordChange,
  toRegistration,
  toSocialLinks,
} from './schema.ts'
import type { ContactCards } from './service.ts'

/** Changes something of an account, after its owner has proved who they are. */
interface Change<Given> {
  change(caller: Principal, given: Given & GivenCredentials, context: RequestContext): Promise<unknown>
}

interface ContactChangeRequester {
  request(
    caller: Principal,
    given: { readonly contact: TypedContact } & GivenCredentials,
    context: RequestContext,
  ): Promise<void>
}

export interface SessionCodeOptions {
  readonly availability: {
    answersFor(name: IdentifierName): boolean
    check(input: IdentifiersInput): Promise<Availability>
  }
  readonly contactCards: ContactCards
  readonly contactChangeRequests: ContactChangeRequester
  readonly deletions: Pick<DeletionsService, 'deleteRestorable'>
  readonly login: Pick<LoginService, 'withPassword'>
  readonly passwordChange: Change<{ newPassword: string; passwordPolicy: PasswordPolicy }>
  readonly passwordPolicy: PasswordPolicy
  readonly registration: Pick<RegistrationService, 'register'>
  readonly sessions: Pick<SessionsService, 'principalByCode'>
  readonly usernameChange: Change<{ username: string }>
  readonly wrongPasswordStatus: WrongPasswordStatus
}

type Options = SessionCodeOptions
type Answer = ReturnType<ContractRoute['handle']>

/** The old backend that knows its users by a session code. */
export function sessionCode(options: Options): Contract<'session-code'> {
  const signIn = { access: 'public', limit: loginLimit } as const
  const profile: ContractRoute = { access: 'user', handle: (call) => showProfile(options, call) }
  return {
    name: 'session-code',
    routes: {
      'GET /': {
        access: 'public',
        isNative: ({ accept }) => accept.includes('text/html'),
        handle: async () => message(ownSentences.running),
      },
      'POST /creare-cont': {
        access: 'public',
        limit: registerLimit,
        handle: (call) => signUp(options, call),
      },
      'POST /intra-in-cont': {
        ...signIn,
        // Otherwise the limit of sign-ins, which gives back what succeeds, would be that of registrations.
        limitByBody: (body) => (isSignUp(body) ? registerLimit : null),
        handle: (call) => (isSignUp(call.body) ? signUp(options, call) : logIn(options, call)),
      },
      'POST /login': { ...signIn, handle: (call) => logIn(options, call) },
      'POST /checkUserAndEmailForAvailability': {
        access: 'public',
        limit: availabilityLimit,
        handle: (call) => checkAvailability(options, call),
      },
      'GET /get': profile,
      'GET /getProfile': profile,
      'POST /setContactDetail': {
        access: 'user',
        limit: profileLimit,
        limitByBody: (body) => (hasPicture(body) ? uploadLimit : null),
        bodyLimitBytes: contactBodyMaxBytes,
        handle: (call) => setContactDetail(options, call),
      },
      'POST /setSocialLink': {
        access: 'user',
        limit: profileLimit,
        handle: (call) => setSocialLink(options, call),
      },
      'POST /changePassword': {
        access: 'user',
        limit: passwordLimit,
        handle: (call) => changePassword(options, call),
      },
      'POST /changeEmail': {
        access: 'user',
        limit: contactRequestLimit,
        handle: (call) => changeEmail(options, call),
      },
      'POST /changeUsername': {
        access: 'user',
        limit: usernameLimit,
        handle: (call) => changeUsername(options, call),
      },
      'DELETE /deleteAccount': { access: 'user', handle: (call) => deleteAccount(options, call) },
    },
    refusal: (failure, { path }) => oldRefusal(failure, path, options),
    corsMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    findCaller: (authorization) => findCaller(options, authorization),
  }
}

/**
 * The code stands after the first space, whatever the word before it is, or alone. An access token is refused: nothing
 * that the contract gives out is one, and one that leaked should open as little as possible.
 */
async function findCaller({ sessions }: Options, authorization: string | undefined): Promise<Principal> {
  if (authorization === undefined) throw new Failure(unauthenticated)
  const code = authorization.trim().replace(/^\S+ +/, '')
  if (!isSessionCode(code)) throw new Failure(invalidToken)
  return await sessions.principalByCode(code)
}

function callerOf({ caller }: ContractCall): Principal {
  if (caller === null || !hasSession(caller)) throw new Failure(unauthenticated)
  return caller
}

async function signUp(
  { passwordPolicy, registration }: Options,
  { body, context, languages }: ContractCall,
): Answer {
  await registration.register(toRegistration(body), {
    context,
    idempotencyKey: null,
    languages,
    passwordPolicy,
  })
  return message(sentences.signedUp, 201)
}

async function logIn({ login }: Options, { body, context }: ContractCall): Answer {
  const { email, password } = toCredentials(body)
  const identifiers = [{ kind: 'email', text: email }] as const
  const lifeSecondsMax = contractTokenSeconds['session-code']
  const outcome = await login.withPassword({ identifiers, password, mode: 'code', lifeSecondsMax }, context)
  return messageWithCode(requireSignedIn(outcome).session.code ?? '', 200)
}

/** Answers whether the identifier is taken. One that no account can have counts as taken, so that people choose another. */
async function checkAvailability({ availability }: Options, { body }: ContractCall): Answer {
  const identifier = toIdentifier(body)
  if (identifier === null) return message(sentences.identifierNeeded, 400)
  // The front end takes an error for a failure of the server. "Free" is the answer that reveals nothing.
  if (!availability.answersFor('email' in identifier ? 'email' : 'username')) return message('false')
  const { available } = await availability.check(identifier)
  return message(String(!available))
}

async function showProfile({ contactCards }: Options, call: ContractCall): Answer {
  const caller = callerOf(call)
  const { profile, image } = await contactCards.read(caller)
  return { status: 200, body: oldProfile(caller.account, profile, image) }
}

async function setContactDetail({ contactCards }: Options, call: ContractCall): Answer {
  await contactCards.write(callerOf(call), toContactDetail(call.body), call.context)
  return message(sentences.contactSet)
}

async function setSocialLink({ contactCards }: Options, call: ContractCall): Answer {
  const links = { image: undefined, patch: toSocialLinks(call.body) }
  await contactCards.write(callerOf(call), links, call.context)
  return message(sentences.linksSet)
}

async function changePassword({ passwordChange, passwordPolicy }: Options, call: ContractCall): Answer {
  const change = { ...toPasswordChange(call.body), passwordPolicy }
  await passwordChange.change(callerOf(call), change, call.context)
  return message(sentences.passwordChanged)
}

/** The address changes when its owner opens the link in the message to it, as in the native API. */
async function changeEmail({ contactChangeRequests }: Options, call: ContractCall): Answer {
  const { value: text, given } = toChange(call.body, 'newEmail')
  const change = { contact: { kind: 'email', text }, ...given } as const
  await contactChangeRequests.request(callerOf(call), change, call.context)
  return message(sentences.emailChanged)
}

async function changeUsername({ usernameChange }: Options, call: ContractCall): Answer {
  const caller = callerOf(call)
  const { value: username, given } = toChange(call.body, 'userName')
  // To the old backend, one's own name was taken too.
  if (username === caller.account.username) throw new Failure(usernameTaken)
  await usernameChange.change(caller, { username, ...given }, call.context)
  return message(sentences.usernameChanged)
}

async function deleteAccount({ deletions }: Options, call: ContractCall): Answer {
  await deletions.deleteRestorable(callerOf(call), toGivenCredentials(call.body), call.context)
  return message(sentences.accountDeleted)
}
