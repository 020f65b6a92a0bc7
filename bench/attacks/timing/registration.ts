import { requestBytes } from '../../load/request.ts'
import { addressOf, at, type MailState, type Scenario, unknownEmail } from './scenario.ts'

const password = 'eight green bottles stand here'

const strict = {
  sides: ['an account', 'no account'],
  settings: { PROXIMA_PRIVACY: 'strict', PROXIMA_MAIL_PER_HOUR: '1000000' },
  tolerance: 0.01,
} as const

/** A06: a registration with the email of an account, and one with an email that no account has. */
function register(name: string, mail: MailState): Scenario {
  return {
    ...strict,
    name,
    mail,
    // Each is registered once: a second registration with the same email causes no other message.
    accountsFor: (pairs) => pairs,
    plan: ({ people }) => ({
      before: [],
      pair: (index) => [
        registration(at(people, index).email, index),
        registration(unknownEmail(index), index),
      ],
      status: 202,
    }),
  }
}

function registration(email: string, index: number): Buffer {
  return post('/v1/auth/register', index, { email, password })
}

function post(path: string, index: number, json: object): Buffer {
  return requestBytes({ method: 'POST', path, headers: { 'x-forwarded-for': addressOf(index) }, json })
}

/** No more wrong codes in a row, and no more wrong passwords, are free. */
const freeCodes = 5
const freeGuesses = 10

/** A06: an account that waits for its confirmation, and an email that no one has registered. */
const waiting = {
  ...strict,
  sides: ['an account that waits', 'no account'],
  mail: 'none',
  accountsFor: () => 2,
} as const

/** A wrong code with the right password. */
const confirmation: Scenario = {
  ...waiting,
  name: 'registration-code',
  plan: ({ pairs }) => {
    const emails = waitingEmails(Math.ceil(pairs / freeCodes))
    return {
      before: emails.map(registration),
      pair: (index) => {
        const account = index % emails.length
        return [wrongCode(at(emails, account), index), wrongCode(unknownEmail(account), index)]
      },
      status: 422,
    }
  },
}

/** The right password, which must look like a wrong one until the registration is confirmed. */
const loginWaiting: Scenario = {
  ...waiting,
  name: 'login-waiting',
  plan: ({ pairs }) => {
    const emails = waitingEmails(Math.ceil(pairs / freeGuesses))
    return {
      before: emails.map(registration),
      pair: (index) => {
        const account = index % emails.length
        return [signIn(at(emails, account), index), signIn(unknownEmail(account), index)]
      },
      status: 401,
    }
  },
}

function waitingEmails(count: number): string[] {
  return Array.from({ length: count }, (_, index) => unknownEmail(10_000_000 + index))
}

function wrongCode(identifier: string, index: number): Buffer {
  return post('/v1/auth/registration/confirm', index, { identifier, password, code: '000000' })
}

function signIn(email: string, index: number): Buffer {
  return post('/v1/auth/login', index, { email, password })
}

/** A06: with strict privacy, the availability check answers neither for an email that is taken nor for another. */
const availability: Scenario = {
  ...strict,
  name: 'availability',
  mail: 'none',
  accountsFor: (pairs) => Math.min(pairs, 1_000),
  plan: ({ people }) => ({
    before: [],
    pair: (index) => [
      availabilityOf(at(people, index).email, index),
      availabilityOf(unknownEmail(index), index),
    ],
    status: 403,
  }),
}

function availabilityOf(email: string, index: number): Buffer {
  return requestBytes({
    method: 'GET',
    path: `/v1/auth/availability?email=${encodeURIComponent(email)}`,
    headers: { 'x-forwarded-for': addressOf(index) },
  })
}

export const registrationScenarios: readonly Scenario[] = [
  register('register', 'none'),
  register('register-mail', 'working'),
  register('register-mail-down', 'refused'),
  register('register-mail-silent', 'silent'),
  confirmation,
  loginWaiting,
  availability,
]
