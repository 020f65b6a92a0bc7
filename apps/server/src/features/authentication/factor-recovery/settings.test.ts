import { describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { newLosingOwner } from '../../../../tests/support/lost-factor.ts'
import { oldPassword, startRecoveryServer } from '../../../../tests/support/recovery.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'

describe('the settings of the recovery of a second factor', () => {
  it('can turn it off', async () => {
    const server = await startRecoveryServer(sqlite, { PROXIMA_FACTOR_RECOVERY_HOURS: '0' })
    try {
      const owner = await newLosingOwner(server)
      const refused = await owner.lose()
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
      expect(refused.body.detail).toContain('PROXIMA_FACTOR_RECOVERY_HOURS')
    } finally {
      await server.close()
    }
  })

  it('lead to enrolment if the account must have a second factor', async () => {
    const server = await startRecoveryServer(sqlite, { PROXIMA_FACTOR_RECOVERY_HOURS: '1' })
    const { databaseUrl, clock } = server
    try {
      const owner = await newLosingOwner(server)
      await owner.lose()
      clock.advance(3_600)
      const env = { PROXIMA_SECOND_FACTOR: 'required', PROXIMA_FACTOR_RECOVERY_HOURS: '1' }
      const required = await startTestServer(sqlite, { databaseUrl, clock, env })
      try {
        const { challenge } = await owner.lose()
        const code = await codeSentTo(server.client, owner.email)
        const done = await required.client.post('/v1/auth/mfa/lost/confirm', { challenge, code })
        expect([done.status, done.body.code]).toEqual([403, 'factor_enrolment_required'])
        const token = String(done.body.enrolment)
        const begun = await required.client.send('POST', '/v1/me/factors/totp', undefined, { token })
        expect(begun.status).toBe(200)
        const again = await required.client.login({ email: owner.email, password: oldPassword })
        expect(again.body.code).toBe('factor_enrolment_required')
      } finally {
        await required.close()
      }
    } finally {
      await server.close()
    }
  })
})
