import { requestBytes } from '../../load/request.ts'
import { addressOf, at, type MailState, type Scenario, unknownEmail } from './scenario.ts'

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
  return requestBytes({
    method: 'POST',
    path: '/v1/auth/register',
    headers: { 'x-forwarded-for': addressOf(index) },
    json: { email, password: 'eight green bottles stand here' },
  })
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
  availability,
]
