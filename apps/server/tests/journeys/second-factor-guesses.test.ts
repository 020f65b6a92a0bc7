import { afterEach, beforeEach, expect, it } from 'vitest'
import { sqlite } from '../support/engines.ts'
import { addTotp, finish } from '../support/factors.ts'
import { newPerson } from '../support/people.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** How often the attacker guesses: once for each minute of a day, because the clock decides when a guess is evaluated. */
const stepSeconds = 60
const steps = (24 * 60 * 60) / stepSeconds
/**
 * Five guesses are free, and each further one waits twice as long as the one before (NIST SP 800-63B-4 §3.2.2). Three codes
 * of a million are right at any time, so that an attacker who knows the password succeeds once in sixty years.
 */
const evaluatedMax = 15

let server: TestServer
// One for each test: after a day of guesses, its client is refused.
beforeEach(async () => {
  server = await startTestServer(sqlite, { env: { PROXIMA_LIMITS: 'on' } })
})
afterEach(async () => await server?.close())

it.each(['totp', 'recovery_code'])(
  'A91: evaluates few guesses at %s in a day of attack, whatever challenges it begins',
  { tags: ['long'] },
  async (factor) => {
    const { secret: userSecret, token } = await newPerson(server.client)
    await addTotp(server.client, token, server.clock)
    let evaluated = 0
    for (let step = 0; step < steps; step++) {
      const asked = await server.client.post('/v1/auth/token', { user_secret: userSecret })
      const code = factor === 'totp' ? '000000' : 'aaaaaa-aaaaaa-aaaaaa-aaaaaa'
      if ((await finish(server.client, asked, factor, code)).status === 401) evaluated += 1
      server.clock.advance(stepSeconds)
    }
    process.stdout.write(`${factor}: ${evaluated} of ${steps} guesses in a day were evaluated\n`)
    expect(evaluated).toBeLessThanOrEqual(evaluatedMax)
  },
)
