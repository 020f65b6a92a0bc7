import { describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { openServices } from '../../../../tests/support/services.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'

const path = '/v1/auth/recovery'

describe('the settings of recovery', () => {
  it('turn off each way to recover an account', async () => {
    const server = await startTestServer(sqlite, {
      env: {
        PROXIMA_RECOVERY_BY_CONTACT: 'off',
        PROXIMA_VERIFICATION: 'off',
      },
    })
    const services = openServices(server)
    try {
      const email = 'amina@example.com'
      const { id } = await newPerson(server.client, { email })
      for (const identifier of [email, 'nobody@example.com'])
        expect((await server.client.post(path, { identifier })).body.code).toBe('forbidden')
      const env = { PROXIMA_RECOVERY_BY_ADMINISTRATOR: 'off' }
      const { recoveryRequests } = wireNode({ db: services.db, env })
      await expect(recoveryRequests.startFor(id)).rejects.toMatchObject({ problem: { code: 'forbidden' } })
      expect(await services.recoveryRequests.startFor(id)).toBe('email')
    } finally {
      await services.close()
      await server.close()
    }
  })

  it('refuse an unverified contact if it must not recover, and do not make a phone number wait', async () => {
    const env = {
      PROXIMA_RECOVERY_BY_UNVERIFIED_CONTACT: 'off',
      PROXIMA_RECOVERY_BY_OTHER_CONTACT_HOURS: '0',
      PROXIMA_VERIFICATION: 'off',
    }
    const server = await startTestServer(sqlite, { env })
    const services = openServices(server)
    try {
      const contacts = { email: 'baraka@example.com', phone_number: '+254712345678' }
      await newPerson(server.client, contacts)
      await server.client.post(path, { identifier: contacts.email })
      expect(await messagesTo(server.client, contacts.email)).toEqual([])
      await verifyAddresses(services.db)
      await server.client.post(path, { identifier: contacts.phone_number })
      const code = await codeSentTo(server.client, contacts.phone_number)
      const body = { identifier: contacts.phone_number, code }
      expect((await server.client.post(`${path}/verify`, body)).status).toBe(200)
    } finally {
      await services.close()
      await server.close()
    }
  })
})
