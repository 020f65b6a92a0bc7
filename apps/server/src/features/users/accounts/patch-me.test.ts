import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

interface Person {
  readonly token: string
}

describe.each(engines)('PATCH /v1/me on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
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

  it('changes what a patch names, clears by null, and leaves the rest', async () => {
    const person = await signUp('patched', {
      full_name: 'Old Name',
      address: 'Old street',
      national_id: 'OLD-1',
    })
    let expected = await me(person)
    for (const change of [
      { full_name: 'New Name' },
      { given_name: 'New', family_name: 'Name' },
      { address: 'New street 5\r\n\tNairobi' },
      { national_id: 'NEW-2' },
      { locale: 'sw-KE' },
      { address: null },
      { national_id: null, locale: null },
      { full_name: 'Newer', given_name: null, family_name: null },
      { full_name: null },
      { address: '', national_id: 'BACK-3' },
    ]) {
      server.clock.advance(1)
      expected = { ...expected, ...change, updated_at: server.clock.now().toISOString() }
      const answer = await patch(person, change)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.body).toStrictEqual(expected)
      expect(await me(person)).toStrictEqual(expected)
    }
  })

  it('records which fields were changed, with their values, but never an address or a national id', async () => {
    const person = await newPerson(server.client, {
      username: 'recorded',
      full_name: 'Amina',
      address: 'Kimathi Way 9',
    })
    await patch(person, {
      full_name: 'Wanjiku',
      locale: 'sw-KE',
      address: 'Moi Avenue 1',
      national_id: 'N-77',
    })
    await patch(person, { full_name: 'Wanjiku' })
    const events = await services.audit.list(services.db, person.id, { after: null, limit: 100 })
    const recorded = events.filter(({ action }) => action === 'user_change')
    expect(recorded).toMatchObject([{ outcome: 'success', actorId: person.id, accountId: person.id }])
    expect(recorded[0]?.changes).toEqual({
      before: { full_name: 'Amina', locale: null, address: '(hidden)', national_id: '(hidden)' },
      after: { full_name: 'Wanjiku', locale: 'sw-KE', address: '(hidden)', national_id: '(hidden)' },
    })
    expect(JSON.stringify(events)).not.toMatch(/Kimathi|Avenue|N-77/)
  })

  it('accepts a patch that changes nothing', async () => {
    const person = await signUp('unchanged', { full_name: 'As It Is' })
    const before = await me(person)
    for (const body of [{}, { full_name: 'As It Is' }, { full_name: 'As It Is' }, { locale: null }]) {
      const answer = await patch(person, body)
      expect(answer.status).toBe(200)
      expect(answer.body).toStrictEqual(before)
    }
  })

  it('refuses a patch without a body, or with one that is no object', async () => {
    const person = await signUp('bodyless')
    for (const body of [null, [], 'full_name', 1, true]) expect((await patch(person, body)).status).toBe(422)
    const send = (body?: string) => server.client.send('PATCH', '/v1/me', body, { token: person.token })
    for (const body of [undefined, '', '{"full_name":"One","full_name":"Two"}', '{"full_name":']) {
      expect((await send(body)).status).toBe(400)
    }
    expect(await me(person)).toMatchObject({ full_name: null })
  })

  it('A01, A02, A03: refuses fields that the owner may not change, and then changes nothing at all', async () => {
    const person = await signUp('climber')
    const before = await me(person)
    const fields = [
      'role',
      'roles',
      'is_admin',
      'email_verified',
      'phone_number_verified',
      'is_verified',
      'status',
    ]
    fields.push(
      'id',
      'username',
      'email',
      'phone_number',
      'password',
      'user_secret',
      'created_at',
      'updated_at',
    )
    for (const field of fields) {
      const answer = await patch(person, { full_name: 'Smuggled', [field]: before[field] ?? true })
      expect(answer.status, field).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code: 'unknown_field' }])
    }
    expect(await me(person)).toStrictEqual(before)
  })

  it('A18, A19, A21, A31: refuses wrong types and texts, naming each field, and then changes nothing at all', async () => {
    const person = await signUp('mistyped', { full_name: 'Stays' })
    const cases: [object, object[]][] = [
      [{ address: 1, full_name: 'Goes' }, [{ pointer: '/address', code: 'wrong_type' }]],
      [{ national_id: ['1'] }, [{ pointer: '/national_id', code: 'wrong_type' }]],
      [{ full_name: 'a'.repeat(201), locale: 'en' }, [{ pointer: '/full_name', code: 'too_long' }]],
      [{ address: 'a'.repeat(501) }, [{ pointer: '/address', code: 'too_long' }]],
      [{ national_id: '1'.repeat(65) }, [{ pointer: '/national_id', code: 'too_long' }]],
      [{ given_name: ' ' }, [{ pointer: '/given_name', code: 'blank' }]],
      [{ family_name: 'x\u202e' }, [{ pointer: '/family_name', code: 'character_not_allowed' }]],
      [
        { address: 'a\0', national_id: 'b\0', full_name: 'Goes' },
        [
          { pointer: '/address', code: 'character_not_allowed' },
          { pointer: '/national_id', code: 'character_not_allowed' },
        ],
      ],
    ]
    for (const [body, errors] of cases) {
      const answer = await patch(person, body)
      expect(answer.status, JSON.stringify(body)).toBe(422)
      expect(answer.body.errors).toMatchObject(errors)
    }
    const half = '{"full_name":"Goes\\ud800"}'
    expect((await server.client.send('PATCH', '/v1/me', half, { token: person.token })).status).toBe(400)
    expect(await me(person)).toMatchObject({
      full_name: 'Stays',
      address: null,
      national_id: null,
      locale: null,
    })
  })

  it('A21: keeps the longest texts exactly', async () => {
    const person = await signUp('longest')
    const longest = { full_name: '😀'.repeat(200), address: '🏠'.repeat(500), national_id: '🆔'.repeat(64) }
    expect((await patch(person, longest)).status).toBe(200)
    expect(await me(person)).toMatchObject(longest)
  })

  it('keeps a locale in its canonical form, and refuses other texts', async () => {
    const person = await signUp('local')
    const cases = {
      'SW-ke': 'sw-KE',
      'ZH-hant-tw': 'zh-Hant-TW',
      iw: 'he',
      EN: 'en',
      zh_CN: 'zh-CN',
      sw_KE: 'sw-KE',
      'sr-cyrl': 'sr-Cyrl',
    }
    for (const [given, kept] of Object.entries(cases)) {
      expect((await patch(person, { locale: given })).body.locale).toBe(kept)
    }
    const longer = 'cs-Latn-CZ-u-ca-islamicc-nu-latn'
    for (const locale of ['', 'english!', 'en_US.UTF-8', 'x', '*', 'en-', 'en\0', longer, 'a'.repeat(300)]) {
      const answer = await patch(person, { locale })
      expect(answer.status, locale).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer: '/locale' }])
    }
    const long = await patch(person, { locale: 'de-DE-u-co-phonebk-nu-latn-hc-h23x' })
    expect(long.status).toBe(422)
    expect(await me(person)).toMatchObject({ locale: 'sr-Cyrl' })
  })

  it('loses none of several patches at once', async () => {
    const person = await signUp('hurried')
    const changes = {
      full_name: 'A',
      given_name: 'B',
      family_name: 'C',
      address: 'D',
      national_id: 'E',
      locale: 'fr',
    }
    const answers = Object.entries(changes).map(
      async ([field, value]) => await patch(person, { [field]: value }),
    )
    for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
    expect(await me(person)).toMatchObject(changes)
  })
})
