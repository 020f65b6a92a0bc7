import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { codesByEmail } from '../support/factors.ts'
import { passkeyEnv } from '../support/passkeys.ts'
import { rightGuesses } from '../support/right-guesses.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** Who evaluates guesses, and at which authenticators. */
const callers = {
  'authenticators/codes/service.ts': [
    'verification',
    'contact_change',
    'recovery',
    'sign_in',
    'second_factor',
    'factor_recovery',
  ],
  'authenticators/passkeys/assertions.ts': ['passkey'],
  'authenticators/passwords/service.ts': ['password'],
  'authenticators/recovery-codes/service.ts': ['recovery_code'],
  'authenticators/totp/service.ts': ['totp'],
}

it('every caller that evaluates guesses makes a right guess here', () => {
  const features = resolve(import.meta.dirname, '../../src/features')
  const files = globSync(`${features}/**/*.ts`).filter(
    (file) => !file.endsWith('.test.ts') && /guesses\.evaluate\(/.test(readFileSync(file, 'utf8')),
  )
  expect(files.map((file) => relative(features, file)).sort()).toEqual(Object.keys(callers).sort())
  expect(Object.values(callers).flat().sort()).toEqual(Object.keys(guessPolicies).sort())
})

const acts = Object.entries(rightGuesses).flatMap(([authenticator, of]) =>
  Object.entries(of).map(([name, act]) => [`${name} (${authenticator})`, act] as const),
)

/** A guess that is not refunded counts as wrong, and after some of them the owner must wait. */
describe.each(engines)('A38: a right guess counts no longer on $name', (engine) => {
  let server: TestServer
  let db: Database
  beforeAll(async () => {
    const env = { ...passkeyEnv, ...codesByEmail, PROXIMA_LIMITS: 'on' }
    server = await startTestServer(engine, { env })
    db = openDatabase(server.databaseUrl)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  it.each(acts)('once it has done its part: %s', async (_name, act) => {
    // Nor does the limit of a client count the acts of others here.
    server.clock.advance(3_600)
    const { status, text } = await act(server)
    expect([200, 202, 204, 409], text).toContain(status)
    const counted = await db.selectFrom('guess_budgets').select('failures').execute()
    await db.deleteFrom('guess_budgets').execute()
    expect(counted).toEqual([])
  })
})
