import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { challengeIn, solve, type WorkChallenge } from '../../../../tests/support/work.ts'
import { challengeMs } from './model.ts'

describe('proof of work', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer(sqlite, {
      env: { PROXIMA_PROOF_OF_WORK: 'on', PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' },
    })
    await server.client.signUp('amina', password)
  })
  afterEach(async () => await server.close())

  const from = (address: string, solution?: string) => ({
    headers: { 'x-forwarded-for': address, ...(solution !== undefined && { 'proof-of-work': solution }) },
  })
  const signIn = async (identifier: string, given: string, address = '192.0.2.7', solution?: string) =>
    await server.client.post('/v1/auth/login', { identifier, password: given }, from(address, solution))

  /** Wrong passwords for other people, each once, from one address. */
  const guessFrom = async (address: string, times: number) => {
    for (let number = 0; number < times; number++) await signIn(`stranger-${number}`, 'not it', address)
  }

  it('is not asked of someone who mistypes a few times', async () => {
    for (const _ of [1, 2, 3]) expect((await signIn('amina', 'not it')).body.code).toBe('invalid_credentials')
    expect((await signIn('amina', password)).status).toBe(200)
  })

  it('is asked of an address that has sent many wrong passwords, and of no other', async () => {
    await guessFrom('192.0.2.7', 10)
    const refused = await signIn('amina', password)
    expect(refused.status).toBe(403)
    expect(refused.body.code).toBe('proof_of_work_required')
    expect((await signIn('amina', password, '198.51.100.7')).status).toBe(200)
  })

  it('is asked of anyone who names an account that many have tried, from wherever, also of one that does not exist', async () => {
    for (const identifier of ['amina', 'nobody']) {
      for (let number = 1; number <= 5; number++) await signIn(identifier, 'not it', `198.51.${number}.7`)
      const refused = await signIn(identifier.toUpperCase(), 'not it', '203.0.113.7')
      expect(refused.body.code).toBe('proof_of_work_required')
    }
  })

  it('admits the call with a solution, once', async () => {
    await guessFrom('192.0.2.7', 10)
    const solution = solve(challengeIn(await signIn('amina', password)))
    const guess = async (): Promise<unknown> =>
      (await signIn('amina', 'not it', '192.0.2.7', solution)).body.code
    expect(await guess()).toBe('invalid_credentials')
    expect(await guess()).toBe('proof_of_work_required')
  })

  it('admits the right password with a solution', async () => {
    await guessFrom('192.0.2.7', 10)
    const solution = solve(challengeIn(await signIn('amina', password)))
    expect((await signIn('amina', password, '192.0.2.7', solution)).status).toBe(200)
  })

  it.each([
    ['of another address', (challenge: WorkChallenge) => solve(challenge), '192.0.2.200'],
    ['that is too easy', ({ challenge }: WorkChallenge) => `${challenge}:x`, '192.0.2.7'],
    [
      'whose difficulty was lowered',
      ({ challenge }: WorkChallenge) => `${challenge.replace(/\.\d+\./, '.0.')}:0`,
      '192.0.2.7',
    ],
    ['of no challenge', () => 'no challenge', '192.0.2.7'],
  ])('refuses a solution %s', async (_what, solutionOf, address) => {
    await guessFrom('192.0.2.7', 10)
    await guessFrom(address, 10)
    const solution = solutionOf(challengeIn(await signIn('amina', password)))
    const refused = await signIn('amina', password, address, solution)
    expect(refused.body.code).toBe('proof_of_work_required')
  })

  it('refuses a solution that comes too late, or for another call', async () => {
    await guessFrom('192.0.2.7', 10)
    const solution = solve(challengeIn(await signIn('amina', password)))
    for (let number = 0; number < 6; number++) await askForRecovery()
    expect((await askForRecovery(solution)).body.code).toBe('proof_of_work_required')
    server.clock.advance(challengeMs / 1_000 + 60)
    await guessFrom('192.0.2.7', 10)
    expect((await signIn('amina', password, '192.0.2.7', solution)).body.code).toBe('proof_of_work_required')
  })

  const askForRecovery = async (solution?: string) =>
    await server.client.post('/v1/auth/recovery', { identifier: 'amina' }, from('192.0.2.7', solution))

  it('is asked of anyone who asks for many codes to sign in', async () => {
    const ask = async () =>
      await server.client.post('/v1/auth/code', { identifier: 'amina' }, from('192.0.2.11'))
    for (let number = 0; number < 5; number++) expect((await ask()).status).toBe(202)
    expect((await ask()).body.code).toBe('proof_of_work_required')
  })

  it('A14: is asked after a few accounts from one address, also if all of them are made', async () => {
    const register = async (username: string) =>
      await server.client.post('/v1/auth/register', { username, password }, from('192.0.2.9'))
    for (let number = 0; number < 5; number++) expect((await register(`person-${number}`)).status).toBe(201)
    expect((await register('person-6')).body.code).toBe('proof_of_work_required')
  })

  it('is no trouble for a call without a body, which is refused for that', async () => {
    for (const path of ['/v1/auth/login', '/v1/auth/recovery', '/v1/auth/code', '/v1/auth/register'])
      for (const body of [undefined, 'null', '[]', '1']) {
        const { status } = await server.client.send('POST', path, body)
        expect([400, 422], `${path} with ${body}`).toContain(status)
      }
  })

  it('is never asked unless the operator wants it', async () => {
    const usual = await startTestServer(sqlite, { env: { PROXIMA_LIMITS: 'on' } })
    for (let number = 0; number < 12; number++)
      expect((await usual.client.login({ identifier: `s-${number}`, password: 'not it' })).status).toBe(401)
    await usual.close()
  })
})
