import { requestBytes } from '../../load/request.ts'
import { addressOf, at, type MailState, type Scenario, unknownEmail } from './scenario.ts'

const common = {
  sides: ['an account', 'no account'],
  settings: { PROXIMA_MAIL_PER_HOUR: '1000000' },
  tolerance: 0.02,
  // Messages go to verified contacts.
  verified: true,
  // Each is asked once: a second request within a minute causes no other message.
  accountsFor: (pairs: number) => pairs,
} as const

/** A06, A34: a forgotten password of an account, and of an email that no account has. */
function recovery(name: string, mail: MailState): Scenario {
  return {
    ...common,
    name,
    mail,
    plan: ({ people }) => ({
      before: [],
      pair: (index) => [recoveryOf(at(people, index).email, index), recoveryOf(unknownEmail(index), index)],
      status: 202,
    }),
  }
}

function recoveryOf(identifier: string, index: number): Buffer {
  return post('/v1/auth/recovery', index, { identifier })
}

/** A06, A34: a wrong code for an account that was sent one, and for an email that no account has. */
const recoveryCode: Scenario = {
  ...common,
  name: 'recovery-code',
  mail: 'none',
  plan: ({ people, pairs }) => ({
    before: people.slice(0, pairs).map(({ email }, index) => recoveryOf(email, index)),
    pair: (index) => [wrongCodeOf(at(people, index).email, index), wrongCodeOf(unknownEmail(index), index)],
    status: 422,
  }),
}

function wrongCodeOf(identifier: string, index: number): Buffer {
  return post('/v1/auth/recovery/verify', index, { identifier, code: '000000' })
}

function post(path: string, index: number, json: object): Buffer {
  return requestBytes({ method: 'POST', path, headers: { 'x-forwarded-for': addressOf(index) }, json })
}

export const recoveryScenarios: readonly Scenario[] = [
  recovery('recovery', 'none'),
  recovery('recovery-mail', 'working'),
  recovery('recovery-mail-down', 'refused'),
  recovery('recovery-mail-silent', 'silent'),
  recoveryCode,
]
