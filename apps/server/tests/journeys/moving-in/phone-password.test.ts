import { afterEach, describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.ts'
import { closeMoved, moveIn, passwordForms } from '../../support/old-backends/moved-server.ts'
import { phonePasswordGenerations, phonePasswordSignIns } from '../../support/old-backends/phone-password.ts'

const env = { PROXIMA_DEFAULT_REGION: 'KE' }

afterEach(closeMoved)

describe.each(engines)('people of phone-password who moved to $name', (engine) => {
  it.each(Object.entries(phonePasswordGenerations))(
    'sign in as before, and again once their hash is argon2id (%s)',
    async (_generation, tables) => {
      const server = await moveIn(engine, { contract: 'phone-password', tables, env })
      for (let time = 1; time <= 2; time++)
        for (const { password, phone_number } of phonePasswordSignIns) {
          const credentials = { phone_number, password }
          const { body, status } = await server.client.post('/api/users/login', credentials)
          expect(status, `${phone_number}, time ${time}`).toBe(200)
          // The number comes back as it was typed at the old backend.
          expect(body.user.phone_number).toBe(phone_number)
        }
      expect(await passwordForms(server, phonePasswordSignIns)).toEqual(['$argon2id$'])
    },
  )
})
