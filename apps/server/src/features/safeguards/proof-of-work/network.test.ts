import { expect, it, onTestFinished } from 'vitest'
import { shown } from '../../../../tests/support/client-key-uses.ts'
import { sqlite } from '../../../../tests/support/engines.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { challengeIn, solve } from '../../../../tests/support/work.ts'

it(`I13: ${shown.work}`, async () => {
  const server = await startTestServer(sqlite, {
    env: { PROXIMA_PROOF_OF_WORK: 'on', PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' },
  })
  onTestFinished(async () => await server.close())
  const ask = async (address: string, name: string, solution = '') => {
    const headers = { 'x-forwarded-for': address, ...(solution !== '' && { 'proof-of-work': solution }) }
    return await server.client.post('/v1/auth/recovery', { identifier: `stranger-${name}` }, { headers })
  }
  for (let index = 1; index <= 5; index++)
    expect((await ask(`2001:db8:7:1::${index}`, `one-${index}`)).status).toBe(202)
  const refused = await ask('2001:db8:7:1:ffff::1', 'other')
  expect(refused.body.code).toBe('proof_of_work_required')
  const solution = solve(challengeIn(refused))
  expect((await ask('2001:db8:7:1:eeee::1', 'other', solution)).status).toBe(202)
  for (let index = 2; index <= 44; index++)
    expect((await ask(`2001:db8:7:${index}::1`, `next-${index}`)).status).toBe(202)
  expect((await ask('2001:db8:7:99::1', 'last')).body.code).toBe('proof_of_work_required')
  expect((await ask('2001:db8:8:1::1', 'far')).status).toBe(202)
})
