import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountStatus } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

interface Person {
  readonly id: AccountId
  readonly token: string
}

describe.each(engines)('/v1/me on $name', (engine) => {
  let server: TestServer
  let stored: StoredData
  beforeAll(async () => {
    server = await startTestServer(engine)
    stored = openStoredData(server.databaseUrl)
  })
  afterAll(async () => {
    await stored?.close()
    await server?.close()
  })

  async function signUp(username: string, more: object = {}): Promise<Person> {
    return await newPerson(server.client, { username, ...more })
  }

  async function me({ token }: Person): Promise<Record<string, unknown>> {
    const answer = await server.client.me(token)
    expect(answer.status).toBe(200)
    return answer.body as Record<string, unknown>
  }

  function patch({ token }: Person, body: unknown): Promise<Answer> {
    return server.client.patch('/v1/me', body, { token })
  }

  async function setStatus({ id }: Person, status: AccountStatus): Promise<void> {
    await stored.db.updateTable('accounts').set({ status }).where('id', '=', id).execute()
  }

  it('is the user with every field, and with address, national id and locale', async () => {
    const given = { email: 'Juma@Example.com', phone_number: '+254712345678', full_name: 'Juma Ali' }
    const details = { address: 'Moi Avenue\n2nd floor', national_id: '30405060' }
    const juma = await signUp('Juma', { ...given, ...details })
    const answer = await server.client.me(juma.token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toStrictEqual({
      id: juma.id,
      username: 'Juma',
      ...given,
      given_name: null,
      family_name: null,
      email_verified: false,
      phone_number_verified: false,
      is_verified: false,
      roles: ['user'],
      status: 'active',
      created_at: server.clock.now().toISOString(),
      updated_at: server.clock.now().toISOString(),
      ...details,
      locale: null,
    })
  })

  it('shows when an email or a phone number was verified', async () => {
    const person = await signUp('verified', { email: 'verified@example.com', phone_number: '+254712000999' })
    const accounts = stored.db.updateTable('accounts').where('id', '=', person.id)
    await accounts.set({ phone_number_verified_at: 1 }).execute()
    const byPhone = { email_verified: false, phone_number_verified: true, is_verified: true }
    expect(await me(person)).toMatchObject(byPhone)
    await accounts.set({ phone_number_verified_at: null, email_verified_at: 1 }).execute()
    const byEmail = { email_verified: true, phone_number_verified: false, is_verified: true }
    expect(await me(person)).toMatchObject(byEmail)
  })

  it('A56: is closed at once to a suspended, a deleted and an erased account', async () => {
    for (const [index, end] of (['suspended', 'deleted', 'erased'] as const).entries()) {
      const person = await signUp(`leaver${index}`, { full_name: 'Leaver' })
      expect(await me(person)).toMatchObject({ status: 'active' })
      if (end === 'erased') await stored.db.deleteFrom('accounts').where('id', '=', person.id).execute()
      else await setStatus(person, end)
      for (const answer of [
        await server.client.me(person.token),
        await patch(person, { full_name: 'Back' }),
      ]) {
        expect(answer.status).toBe(401)
        expect(answer.body.code).toBe('invalid_token')
        expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(answer.text).not.toContain('Leaver')
      }
    }
    const renamed = stored.db.selectFrom('accounts').select('id').where('full_name', '=', 'Back')
    expect(await renamed.execute()).toEqual([])
  })

  it('A61: is refused without a credential, or with one in the URL', async () => {
    const { token } = await signUp('url-caller')
    for (const path of ['/v1/me', `/v1/me?access_token=${token}`, `/v1/me?token=${token}`]) {
      for (const answer of [await server.client.get(path), await server.client.patch(path, {})]) {
        expect(answer.status).toBe(401)
        expect(answer.body.code).toBe('unauthenticated')
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    }
    expect(server.log.join('')).not.toContain(token)
  })

  describe('with two people', () => {
    let zainab: Person
    let yusuf: Person
    beforeAll(async () => {
      zainab = await signUp('zainab', { address: 'Zanzibar', national_id: 'Z-1' })
      yusuf = await signUp('yusuf', { address: 'Yaounde', national_id: 'Y-1' })
    })

    it('A33: shows all callers only their own data, whichever account they ask for', async () => {
      for (const query of [`id=${yusuf.id}`, `account_id=${yusuf.id}`, 'username=yusuf']) {
        const answer = await server.client.get(`/v1/me?${query}`, { token: zainab.token })
        expect(answer.text).not.toContain('Yaounde')
        expect(answer.text).not.toContain(yusuf.id)
      }
      for (const path of [
        `/v1/me/${yusuf.id}`,
        `/v1/me/../${yusuf.id}`,
        `/v1/me/%2e%2e/${yusuf.id}`,
        '/v1/me/0',
      ]) {
        const answer = await server.client.get(path, { token: zainab.token })
        expect(answer.status).toBe(404)
      }
    })

    it('changes only their own data, even if both do so at once', async () => {
      const rounds = Array.from({ length: 20 }, (_, index) => index)
      const answers = rounds.flatMap((index) => [
        patch(zainab, { address: `Zanzibar ${index}`, full_name: `Z ${index}` }),
        patch(yusuf, { address: `Yaounde ${index}`, full_name: `Y ${index}` }),
        server.client.me(zainab.token),
        server.client.me(yusuf.token),
      ])
      for (const { status, body, text } of await Promise.all(answers)) {
        expect(status).toBe(200)
        const [own, others] = body.id === zainab.id ? ['Zanzibar', 'Yaounde'] : ['Yaounde', 'Zanzibar']
        expect(body.address).toMatch(own ?? '')
        expect(text).not.toContain(others)
      }
      expect(await me(zainab)).toMatchObject({ national_id: 'Z-1' })
      expect(await me(yusuf)).toMatchObject({ national_id: 'Y-1' })
    })

    it('opens nothing that was sealed for another account, even if someone tampered with the database', async () => {
      const sealed = stored.db.selectFrom('accounts').select(['address_sealed', 'national_id_sealed'])
      const stolen = await sealed.where('id', '=', zainab.id).executeTakeFirstOrThrow()
      await stored.db.updateTable('accounts').set(stolen).where('id', '=', yusuf.id).execute()
      const answer = await server.client.me(yusuf.token)
      expect(answer.status).toBe(500)
      expect(answer.text).not.toContain('Zanzibar')
      expect(server.log.join('')).not.toContain('Zanzibar')
    })
  })
})
