import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { addTotp, codesByEmail, finish, totpCode } from '../support/factors.ts'
import { newPerson } from '../support/people.ts'
import { raceSize } from '../support/race-size.ts'
import { codeSentTo } from '../support/sent-codes.ts'
import type { Answer } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

/** How many sign-ins begin at once, before the race. */
const begunAtOnce = 25

describe.each(engines)('a second factor that many give at once, on $name', { tags: ['long'] }, (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: codesByEmail })
  })
  afterAll(async () => await server?.close())

  async function newOwner(contacts?: { readonly email: string }) {
    const person = await newPerson(server.client, contacts)
    const added = await addTotp(server.client, person.token, server.clock)
    return { userSecret: person.secret, ...added }
  }

  /** Sign-ins of one account, each with a challenge of its own. */
  async function begin(userSecret: string, count: number): Promise<readonly Answer[]> {
    const asked: Answer[] = []
    while (asked.length < count) {
      const next = Array.from({ length: Math.min(begunAtOnce, count - asked.length) }, () =>
        server.client.post('/v1/auth/token', { user_secret: userSecret }),
      )
      asked.push(...(await Promise.all(next)))
    }
    return asked
  }

  /** How often each outcome occurs. A busy server answers 503, and the client repeats the call. */
  async function race(challenges: readonly Answer[], factor: string, code: string) {
    const counts: Record<string, number> = {}
    const give = async (asked: Answer): Promise<string> => {
      const { body, status } = await finish(server.client, asked, factor, code)
      if (status === 503) return await give(asked)
      return status === 200 ? 'signed in' : String(body.code)
    }
    for (const outcome of await Promise.all(challenges.map(give)))
      counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }

  it('A91: signs in once with one code of an app', async () => {
    const { secret, userSecret } = await newOwner()
    const counts = await race(await begin(userSecret, raceSize), 'totp', await totpCode(secret, server.clock))
    expect(counts).toEqual({ 'signed in': 1, mfa_required: raceSize - 1 })
  })

  it('A97: signs in once with one recovery code', async () => {
    const { recoveryCodes, userSecret } = await newOwner()
    const counts = await race(await begin(userSecret, raceSize), 'recovery_code', recoveryCodes[0] ?? '')
    expect(counts).toEqual({ 'signed in': 1, mfa_required: raceSize - 1 })
  })

  it('A81: signs in once with one code by email', async () => {
    const email = 'races@example.com'
    const { userSecret } = await newOwner({ email })
    const db = openDatabase(server.databaseUrl)
    await verifyAddresses(db)
    await db.destroy()
    const [asked] = await begin(userSecret, 1)
    await server.client.post('/v1/auth/mfa/send', { challenge: asked?.body.challenge, factor: 'email' })
    const code = await codeSentTo(server.client, email)
    const counts = await race(
      Array.from({ length: raceSize }, () => asked as Answer),
      'email',
      code,
    )
    expect(counts['signed in']).toBe(1)
  })

  it('signs in once with one challenge', async () => {
    const { secret, userSecret } = await newOwner()
    const [asked] = await begin(userSecret, 1)
    const code = await totpCode(secret, server.clock)
    const counts = await race(
      Array.from({ length: raceSize }, () => asked as Answer),
      'totp',
      code,
    )
    expect(counts['signed in']).toBe(1)
  })
})
