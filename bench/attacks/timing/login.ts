import { requestBytes } from '../../load/request.ts'
import { addressOf, at, emailsOf, type Scenario, unknownEmail } from './scenario.ts'

/** No more wrong guesses in a row are free. */
const freeGuesses = 10
/** How often each identifier that is over its budget is tried. */
const triesEach = 200

const common = {
  sides: ['an account', 'no account'],
  settings: {},
  mail: 'none',
  tolerance: 0.01,
} as const

/** A34: a wrong password for an account, and one for an email that no account has. */
const wrongPassword: Scenario = {
  ...common,
  name: 'login',
  accountsFor: (pairs) => 2 * Math.ceil(pairs / freeGuesses),
  plan: ({ people }) => {
    const emails = emailsOf(people)
    return {
      before: [],
      pair: (index) => {
        const account = index % emails.length
        return [guess(at(emails, account), index), guess(unknownEmail(account), index)]
      },
      status: 401,
    }
  },
}

/** A34: after too many wrong passwords, with strict privacy, which shows strangers no limit. */
const overBudget: Scenario = {
  ...common,
  name: 'login-over-budget',
  settings: { PROXIMA_PRIVACY: 'strict' },
  accountsFor: accountsOverBudget,
  plan: ({ people }) => {
    const emails = emailsOf(people)
    const unknown = emails.map((_, index) => unknownEmail(index))
    return {
      before: [...emails, ...unknown].flatMap(usedUp),
      pair: (index) => [guess(at(emails, index), index), guess(at(unknown, index), index)],
      status: 401,
    }
  },
}

/** A34: the same account-holders over their budget, and others within it, with strict privacy. */
const budget: Scenario = {
  ...common,
  name: 'login-budget',
  sides: ['over its budget', 'within it'],
  settings: { PROXIMA_PRIVACY: 'strict' },
  accountsFor: (pairs) => accountsOverBudget(pairs) + 2 * Math.ceil(pairs / freeGuesses),
  plan: ({ people, pairs }) => {
    const emails = emailsOf(people)
    const over = emails.slice(0, accountsOverBudget(pairs) / 2)
    const within = emails.slice(over.length)
    return {
      before: over.flatMap(usedUp),
      pair: (index) => [guess(at(over, index), index), guess(at(within, index), index)],
      status: 401,
    }
  },
}

/** Every second account has a password. */
function accountsOverBudget(pairs: number): number {
  return 2 * Math.max(5, Math.ceil(pairs / triesEach))
}

function usedUp(email: string, index: number): Buffer[] {
  return Array.from({ length: freeGuesses }, () => guess(email, index))
}

function guess(email: string, index: number): Buffer {
  return requestBytes({
    method: 'POST',
    path: '/v1/auth/login',
    headers: { 'x-forwarded-for': addressOf(index) },
    json: { email, password: 'eight green bottles stand here' },
  })
}

export const loginScenarios: readonly Scenario[] = [wrongPassword, overBudget, budget]
