import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const source = resolve(import.meta.dirname, '../../src')
const call =
  /(?<!function )\b(?:clientKey|clientKeyOf|networkKey|wideNetworkKey)(?=\()|(?<=\.map\()(?:clientKey|networkKey)/g

/** Where the source turns an address into the key of a client or a network, such as `a/model.ts networkKey`. */
export function clientKeyUses(): string[] {
  const uses = globSync('**/*.ts', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8')
      return [...text.matchAll(call)].map(([name], index, all) => {
        const nth = all.slice(0, index).filter(([other]) => other === name).length
        return `${file} ${name}${nth === 0 ? '' : ` ${nth + 1}`}`
      })
    })
  return uses.sort()
}

/** Tests that send requests from several addresses of one IPv6 network, and what each of them shows. */
export const shown = {
  routes: 'are one client to the limit of a route, and neighbours are another',
  refund: 'have a use back when any of them succeeds',
  places: 'are one client wherever places or a quota are shared',
  guesses: 'are one known client at sign-in',
  reauthentication: 'are one known client when the owner confirms their password',
  recovery: 'are one known client when they ask for a recovery',
  key: 'are one client to a guessable Idempotency-Key',
  erasure: 'are forgotten with the account that signed in from one of them',
  messages: 'are one caller to the caps of messages, and a /48 is one network',
  notice: 'are named as their network in a notification',
  work: 'are one client when the server asks for proof of work, and a /48 is one network',
} as const
type Shown = keyof typeof shown

/** What sign-ins have noted is looked up later. Its own test has two addresses of one network. */
const byJob = { unreachable: 'authentication/new-sign-ins/service.test.ts has two addresses' }
const duringAnomaly = { unreachable: 'only during an anomaly, which spray.test.ts makes' }

/** Each use in the source, and the test that fails if it takes the whole address. */
export const uses: Record<string, Shown | { readonly unreachable: string }> = {
  'features/administration/users/credentials.ts clientKeyOf': {
    unreachable: 'the command line has no address',
  },
  'features/authentication/invitations/service.ts clientKeyOf': 'places',
  'features/authentication/login/service.ts clientKeyOf': 'places',
  'features/authentication/login/service.ts clientKeyOf 2': 'places',
  'features/authentication/recovery/clients.ts clientKeyOf': {
    unreachable: 'only old front ends need it; contracts/oauth-bearer-recovery.test.ts has two addresses',
  },
  'features/authentication/recovery/reset.ts clientKeyOf': 'places',
  'features/authentication/registration/model.ts clientKeyOf': 'key',
  'features/authentication/registration/service.ts clientKeyOf': 'places',
  'features/authentication/registration/strict.ts clientKeyOf': 'places',
  'features/authentication/new-sign-ins/model.ts clientKeyOf': byJob,
  'features/authentication/new-sign-ins/model.ts wideNetworkKey': byJob,
  'features/authenticators/passwords/service.ts clientKeyOf': 'places',
  'features/authenticators/passwords/service.ts clientKeyOf 2': 'places',
  'features/messages/caps/model.ts clientKeyOf': 'messages',
  'features/messages/caps/model.ts networkKey': 'messages',
  'features/messages/model.ts networkKey': 'notice',
  'features/pages/account/log/page.ts networkKey': {
    unreachable: 'it is only shown to the owner of the session, and nothing is counted by it',
  },
  'features/pages/account/sessions/page.ts networkKey': {
    unreachable: 'it is only shown to the owner of the session, and nothing is counted by it',
  },
  'features/safeguards/audit/service.ts clientKeyOf': 'places',
  'features/safeguards/audit/service.ts networkKey': 'places',
  'features/safeguards/idempotency/service.ts clientKeyOf': 'places',
  'features/safeguards/idempotency/service.ts networkKey': 'places',
  'features/safeguards/proof-of-work/service.ts clientKey': 'work',
  'features/safeguards/proof-of-work/service.ts clientKey 2': 'work',
  'features/safeguards/proof-of-work/service.ts networkKey': 'work',
  'features/safeguards/rate-limits/anomalies/service.ts clientKeyOf': duringAnomaly,
  'features/safeguards/rate-limits/anomalies/service.ts networkKey': duringAnomaly,
  'features/safeguards/rate-limits/clients/memory-counters.ts wideNetworkKey': {
    unreachable: 'only when the memory of the limits is full; memory-counters.test.ts fills it',
  },
  'features/safeguards/rate-limits/guesses/service.ts clientKeyOf': 'recovery',
  'features/safeguards/rate-limits/guesses/service.ts clientKeyOf 2': 'guesses',
  'features/self-service/account-data/service.ts clientKey': 'erasure',
  'features/self-service/credentials/password.ts clientKeyOf': 'places',
  'features/users/pictures/service.ts clientKeyOf': 'places',
  'features/users/pictures/service.ts clientKeyOf 2': 'places',
  'platform/http/route-limits.ts clientKey': 'routes',
  'platform/http/route-limits.ts clientKey 2': 'refund',
  'platform/http/route-limits.ts networkKey': 'places',
  'platform/kernel/fair-queue.ts networkKey': { unreachable: 'fair-queue.test.ts fills the queue' },
  'platform/kernel/places.ts networkKey': { unreachable: 'places.test.ts fills the places' },
  'platform/kernel/request-context.ts clientKey': 'places',
}
