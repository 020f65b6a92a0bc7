import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const path = '/v1/me/profile'
const noLinks = {
  linkedin: null,
  facebook: null,
  github: null,
  instagram: null,
  twitter: null,
  youtube: null,
  website: null,
}
const empty = {
  occupation: null,
  home_address: null,
  country: null,
  country_name: null,
  county: null,
  description: null,
  image_url: null,
  social_links: noLinks,
}

describe.each(engines)('/v1/me/profile on $name', (engine) => {
  let server: TestServer
  let stored: StoredData
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    stored = openStoredData(server.databaseUrl)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await stored?.close()
    await server?.close()
  })

  async function profileOf({ token }: Person): Promise<Record<string, unknown>> {
    const answer = await server.client.get(path, { token })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    return answer.body as Record<string, unknown>
  }

  function patch({ token }: Person, body: unknown): Promise<Answer> {
    return server.client.patch(path, body, { token })
  }

  async function refusals(person: Person, body: unknown): Promise<unknown> {
    const answer = await patch(person, body)
    expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([422, 'validation_failed'])
    return answer.body.errors
  }

  it('is empty for a new account, and stays so when nothing is changed', async () => {
    const person = await newPerson(server.client)
    expect(await profileOf(person)).toStrictEqual(empty)
    const before = (await stored.countRows())['profiles']
    for (const body of [{}, { social_links: {} }])
      expect((await patch(person, body)).body).toStrictEqual(empty)
    expect((await stored.countRows())['profiles']).toBe(before)
    const nothing = { occupation: null, country: null, social_links: null }
    expect((await patch(person, nothing)).body).toStrictEqual(empty)
    expect(await profileOf(person)).toStrictEqual(empty)
  })

  it('records which fields were changed, with their values, but never the home address', async () => {
    const person = await newPerson(server.client)
    await patch(person, { occupation: 'Teacher', home_address: 'Kimathi Way 9' })
    await patch(person, { county: 'Nyeri', home_address: 'Moi Avenue 1', social_links: { github: 'amina' } })
    await patch(person, { county: 'Nyeri', home_address: 'Moi Avenue 1' })
    const events = await services.audit.list(services.db, person.id, { after: null, limit: 100 })
    const recorded = events.filter(({ action }) => action === 'user_change')
    const github = 'https://github.com/amina'
    expect(recorded.map(({ changes }) => changes)).toEqual([
      {
        before: { occupation: null, home_address: '(hidden)' },
        after: { occupation: 'Teacher', home_address: '(hidden)' },
      },
      {
        before: { county: null, 'social_links.github': null, home_address: '(hidden)' },
        after: { county: 'Nyeri', 'social_links.github': github, home_address: '(hidden)' },
      },
    ])
    expect(recorded[0]).toMatchObject({ outcome: 'success', actorId: person.id, accountId: person.id })
    expect(JSON.stringify(events)).not.toMatch(/Kimathi|Avenue/)
  })

  it('changes what a patch names, clears by null, and leaves the rest, among the links too', async () => {
    const person = await newPerson(server.client)
    let expected: Record<string, unknown> = empty
    const url = { github: 'https://github.com/ada', twitter: 'https://x.com/ada' }
    const steps: [object, object][] = [
      [{ occupation: 'Nurse' }, { occupation: 'Nurse' }],
      [{ home_address: '5 Moi Avenue\r\n\tNyeri' }, { home_address: '5 Moi Avenue\r\n\tNyeri' }],
      [
        { country: 'kenya', county: 'Nyeri' },
        { country: 'KE', country_name: 'Kenya', county: 'Nyeri' },
      ],
      [{ social_links: { github: 'ada' } }, { social_links: { ...noLinks, github: url.github } }],
      [{ social_links: { twitter: '@ada' } }, { social_links: { ...noLinks, ...url } }],
      [
        { country: 'TZA', occupation: null },
        { country: 'TZ', country_name: 'Tanzania', occupation: null },
      ],
      [{ social_links: { github: null } }, { social_links: { ...noLinks, twitter: url.twitter } }],
      [{ description: 'Line 1\nLine 2', social_links: {} }, { description: 'Line 1\nLine 2' }],
      [
        { social_links: null, home_address: null },
        { social_links: noLinks, home_address: null },
      ],
      [
        { country: null, county: null, description: '' },
        { country: null, country_name: null, county: null, description: '' },
      ],
    ]
    for (const [change, seen] of steps) {
      expected = { ...expected, ...seen }
      const answer = await patch(person, change)
      expect(answer.status, answer.text).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.body).toStrictEqual(expected)
      expect(await profileOf(person)).toStrictEqual(expected)
    }
  })

  it('A21: keeps the longest texts exactly, and refuses longer ones', async () => {
    const person = await newPerson(server.client)
    const ofLength = (more: number) => ({
      occupation: '😀'.repeat(200 + more),
      home_address: '🏠'.repeat(500 + more),
      county: '漢'.repeat(200 + more),
      description: '👩'.repeat(2_000 + more),
      social_links: {
        linkedin: `https://www.linkedin.com/in/${'a'.repeat(100 + more)}`,
        website: `https://ada.example/${'a'.repeat(480 + more)}`,
      },
    })
    const answer = await patch(person, ofLength(0))
    const { social_links: links, ...texts } = ofLength(0)
    expect(answer.body).toStrictEqual({ ...empty, ...texts, social_links: { ...noLinks, ...links } })
    expect(await refusals(person, ofLength(1))).toMatchObject([
      { pointer: '/occupation', code: 'too_long' },
      { pointer: '/home_address', code: 'too_long' },
      { pointer: '/county', code: 'too_long' },
      { pointer: '/description', code: 'too_long' },
      { pointer: '/social_links/website', code: 'too_long' },
      { pointer: '/social_links/linkedin', code: 'link_invalid' },
    ])
    expect(await profileOf(person)).toStrictEqual(answer.body)
  })

  it('A18, A19, A31: refuses fields that break a rule, names all of them at once, and changes nothing', async () => {
    const person = await newPerson(server.client)
    const before = (await patch(person, { occupation: 'Stays', social_links: { github: 'stays' } })).body
    const wrongTexts = {
      occupation: 'a\nb',
      home_address: 'a\0',
      county: ' ',
      description: 'a\u202eb',
      country: 'Wakanda',
    }
    const wrongLinks = {
      github: 'https://gitlab.com/ada',
      website: 'javascript:alert(1)',
      youtube: 'http://youtube.com/@ada',
    }
    expect(
      await refusals(person, { ...wrongTexts, social_links: { ...wrongLinks, twitter: 'goes' } }),
    ).toMatchObject([
      { pointer: '/occupation', code: 'character_not_allowed' },
      { pointer: '/home_address', code: 'character_not_allowed' },
      { pointer: '/county', code: 'blank' },
      { pointer: '/description', code: 'character_not_allowed' },
      { pointer: '/country', code: 'country_unknown' },
      {
        pointer: '/social_links/github',
        code: 'host_not_allowed',
        detail: expect.stringContaining('https://github.com/ada'),
      },
      { pointer: '/social_links/youtube', code: 'https_needed' },
      { pointer: '/social_links/website', code: 'https_needed' },
    ])
    const wrongTypes = { occupation: 1, home_address: ['x'], country: { code: 'KE' }, county: true }
    expect(await refusals(person, { ...wrongTypes, social_links: { github: 5, website: {} } })).toMatchObject(
      [...Object.keys(wrongTypes), 'social_links/github', 'social_links/website'].map((name) => ({
        pointer: `/${name}`,
        code: 'wrong_type',
      })),
    )
    for (const links of ['ada', [], 1]) {
      const errors = [{ pointer: '/social_links', code: 'wrong_type' }]
      expect(await refusals(person, { social_links: links })).toMatchObject(errors)
    }
    expect(await profileOf(person)).toStrictEqual(before)
  })

  it('A03, A04, A05: accepts no unknown field, at any depth', async () => {
    const person = await newPerson(server.client)
    const unknown: [object, string][] = [
      [{ image_url: 'https://evil.example/x.svg' }, '/image_url'],
      [{ country_name: 'Atlantis' }, '/country_name'],
      [{ role: 'admin' }, '/role'],
      [{ version: 'x' }, '/version'],
      [{ account_id: person.id }, '/account_id'],
      [{ profile: { role: 'admin' } }, '/profile'],
      [{ constructor: { prototype: { isAdmin: true } } }, '/constructor'],
      [{ social_links: { mastodon: 'ada' } }, '/social_links/mastodon'],
      [{ social_links: { version: 'x' } }, '/social_links/version'],
    ]
    for (const [body, pointer] of unknown)
      expect(await refusals(person, { occupation: 'Smuggler', ...body })).toMatchObject([
        { pointer, code: 'unknown_field' },
      ])
    for (const body of ['{"__proto__":{"isAdmin":true}}', '{"social_links":{"__proto__":{"github":"ada"}}}'])
      expect((await server.client.send('PATCH', path, body, { token: person.token })).status).toBe(400)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
    expect(await profileOf(person)).toStrictEqual(empty)
  })

  it('A122: keeps markup as text, in JSON that no browser shows as a page', async () => {
    const person = await newPerson(server.client)
    const markup = `<img src=x onerror=alert(1)>"';--{{7*7}}\${7}=cmd|' /C calc'!A0`
    const texts = { occupation: markup, home_address: markup, county: markup, description: markup }
    const answer = await patch(person, texts)
    expect(answer.body).toStrictEqual({ ...empty, ...texts })
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await profileOf(person)).toStrictEqual({ ...empty, ...texts })
  })

  it('A33, A61, A64: is shown only to its owner, at no other address, and is never cached', async () => {
    const [zainab, yusuf] = [await newPerson(server.client), await newPerson(server.client)]
    await patch(zainab, { home_address: 'Zanzibar' })
    expect(await profileOf(yusuf)).toStrictEqual(empty)
    for (const query of [`?id=${zainab.id}`, `?account_id=${zainab.id}`]) {
      const answer = await server.client.get(path + query, { token: yusuf.token })
      expect(answer.text).not.toContain('Zanzibar')
    }
    for (const more of ['/x.css', `/${zainab.id}`, '.json', '/../../profile', '%2fx.js'])
      expect((await server.client.get(path + more, { token: zainab.token })).status, more).toBe(404)
    for (const credential of ['', `?access_token=${zainab.token}`])
      for (const answer of [
        await server.client.get(path + credential),
        await server.client.patch(path + credential, {}),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated'])
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
  })

  it('A85: has the home address sealed in the database, for this account and no other', async () => {
    const [zainab, yusuf] = [await newPerson(server.client), await newPerson(server.client)]
    for (const person of [zainab, yusuf])
      await patch(person, { home_address: `14 Stone Town, ${person.username}` })
    expect((await stored.dump()).includes('14 Stone Town')).toBe(false)
    const sealed = stored.db.selectFrom('profiles').select('home_address_sealed')
    const stolen = await sealed.where('account_id', '=', zainab.id).executeTakeFirstOrThrow()
    await stored.db.updateTable('profiles').set(stolen).where('account_id', '=', yusuf.id).execute()
    const answer = await server.client.get(path, { token: yusuf.token })
    expect(answer.status).toBe(500)
    expect(answer.text + server.log.join('')).not.toContain('Stone Town')
  })
})
