import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { password } from '../../../../tests/support/password.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { watchWork } from '../../../../tests/support/watched-work.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import type { Database } from '../../../platform/database/tables.ts'

interface Person {
  readonly username: string
  readonly email: string
  readonly phoneNumber: string
}

function person(name: string, number: number): Person {
  return { username: name, email: `${name}@example.com`, phoneNumber: `+2547123456${number}` }
}

const typed = ['username', 'email', 'phoneNumber'] as const

/** Nothing answers there. */
const mailDown = { PROXIMA_MAIL_URL: 'smtp://127.0.0.1:9' }
const smsDown = { PROXIMA_SMS_URL: 'http://127.0.0.1:9/sms' }
const channels = [
  { name: 'mail', env: mailDown },
  { name: 'text messages', env: smsDown },
  { name: 'both', env: { ...mailDown, ...smsDown } },
] as const

/** Each is asked for once by one of its identifiers. */
const cases = channels.flatMap(({ name, env }, channel) =>
  typed.map((identifier, index) => {
    const number = 10 + channel * typed.length + index
    const owner = person(`owner${number}`, number)
    const stranger = person(`other${number}`, number + 50)
    return { channels: name, env, identifier, owner, stranger }
  }),
)

/** The work that an answer waits for, and the work that goes on after it and could delay the next answer. */
describe.each(engines)('the work of asking for a recovery on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    clock = new FrozenClock()
    const { registration, recoveryRequests } = nodeWith(database.db, mailDown)
    const source = { context: requestFrom(), idempotencyKey: null }
    for (const { owner } of cases) await registration.register({ password, ...owner }, source)
    await verifyAddresses(database.db)
    // The first look-up of each kind compiles its statement.
    const warmup = person('warmup', 99)
    for (const identifier of typed) await recoveryRequests.request(warmup[identifier], requestFrom())
  })
  afterAll(async () => await database?.drop())

  function nodeWith(db: Database, env: Record<string, string>): Services {
    const production = { PROXIMA_ENV: 'production', PROXIMA_PUBLIC_URL: 'https://accounts.example.org' }
    return wireNode({ db, clock, env: { ...production, ...env } })
  }

  /** Asks for a recovery, and delivers what is due then. */
  async function workOf(env: Record<string, string>, identifier: string) {
    const work: string[] = []
    let isWoken = false
    const services = nodeWith(
      watchWork(database.db, (statement) => work.push(statement)),
      env,
    )
    services.outbox.onMessageWaiting(() => {
      isWoken = true
    })
    await services.recoveryRequests.request(identifier, requestFrom())
    const answered = work.splice(0)
    const never = new AbortController().signal
    await services.delivery.deliverDue({ stopping: never, aborting: never, onAttempt: () => undefined })
    return { answered, isWoken, delivered: work }
  }

  it.each(cases)(
    'I4, A36: is the same for a stranger as for the owner, by $identifier with $channels, within the caps and beyond them',
    async ({ env, identifier, owner, stranger }) => {
      // No message of another test is due any more.
      clock.advance(3 * 86_400)
      for (let time = 1; time <= 5; time++) {
        const expected = await workOf(env, owner[identifier])
        expect(expected.isWoken).toBe(true)
        expect(expected.delivered.filter((statement) => statement === 'update messages')).toHaveLength(2)
        expect(await workOf(env, stranger[identifier]), `request ${time}`).toEqual(expected)
      }
    },
  )
})
