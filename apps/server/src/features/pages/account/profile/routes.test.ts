import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/profile'
const empty = {
  full_name: '',
  given_name: '',
  family_name: '',
  occupation: '',
  country: '',
  county: '',
  home_address: '',
  description: '',
  linkedin: '',
  facebook: '',
  github: '',
  instagram: '',
  twitter: '',
  youtube: '',
  website: '',
}

describe.each(engines)('the page of the profile on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_PICTURE_SIZE_MAX_BYTES: '1048576' } })
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const { secret, token } = await newPerson(server.client)
    return { token, visitor: await PageVisitor.signIn(server, { user_secret: secret }) }
  }

  const versionIn = (text: string) => /name="version" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const typedIn = (text: string, name: string) =>
    new RegExp(`id="${name}" name="${name}" value="([^"]*)"`).exec(text)?.[1]

  async function picture(): Promise<Uint8Array<ArrayBuffer>> {
    const image = sharp({ create: { width: 80, height: 60, channels: 3, background: 'teal' } })
    return new Uint8Array(await image.png().toBuffer())
  }

  it('saves names, texts, country and links together, and records them as one event', async () => {
    const { visitor, token } = await newOwner()
    const answer = await visitor.send(path, {
      ...empty,
      version: versionIn(await visitor.read(path)),
      full_name: 'Amina Odhiambo',
      country: 'KE',
      description: 'I teach physics.\r\nI grow tomatoes.',
      github: 'amina',
    })
    expect(answer.headers.get('location')).toBe(`${path}?done=profile_saved`)
    expect((await server.client.me(token)).body.full_name).toBe('Amina Odhiambo')
    expect((await server.client.get('/v1/me/profile', { token })).body).toMatchObject({
      country: 'KE',
      description: 'I teach physics.\nI grow tomatoes.',
      occupation: null,
      social_links: { github: 'https://github.com/amina', website: null },
    })
    const text = await visitor.read(path)
    expect(text).toContain('<option value="KE" selected>Kenya</option>')
    expect(text).toContain('<textarea class="input" id="description"')
    const { events } = (await server.client.get('/v1/me/export', { token })).body as {
      events: { action: string; changes: unknown }[]
    }
    const changes = events.filter(({ action }) => action === 'user_change')
    expect(changes).toHaveLength(1)
    expect(changes[0]?.changes).toMatchObject({ after: { full_name: 'Amina Odhiambo', country: 'KE' } })
  })

  it('names every wrong field at once, and saves none of them', async () => {
    const { visitor, token } = await newOwner()
    const answer = await visitor.send(path, {
      ...empty,
      version: versionIn(await visitor.read(path)),
      given_name: 'x'.repeat(300),
      occupation: 'Teacher',
      website: 'http://example.org',
      twitter: 'https://example.org/amina',
    })
    expect(answer.status).toBe(422)
    const text = await answer.text()
    for (const name of ['given_name', 'website', 'twitter']) expect(text).toContain(`id="${name}-error"`)
    expect(typedIn(text, 'occupation')).toBe('Teacher')
    expect(text).toContain('<title>Error: Profile')
    expect((await server.client.get('/v1/me/profile', { token })).body.occupation).toBeNull()
  })

  it('loses no change of another window, and shows both', async () => {
    const { visitor, token } = await newOwner()
    const version = versionIn(await visitor.read(path))
    await server.client.patch('/v1/me', { given_name: 'Ada' }, { token })
    await server.client.patch('/v1/me/profile', { occupation: 'Nurse' }, { token })
    const typed = { ...empty, given_name: 'Amina', occupation: 'Teacher' }
    const refused = await visitor.send(path, { ...typed, version })
    expect(refused.status).toBe(412)
    const text = await refused.text()
    expect(text).toContain('This was changed in another window')
    expect(typedIn(text, 'occupation')).toBe('Teacher')
    expect(text).toMatch(/id="occupation-stored"><span>Stored now: <bdi>Nurse</)
    expect(text).toMatch(/id="given_name-stored"><span>Stored now: <bdi>Ada</)
    expect(text).not.toContain('id="family_name-stored"')
    expect((await server.client.get('/v1/me/profile', { token })).body.occupation).toBe('Nurse')
    const saved = await visitor.send(path, { ...typed, version: versionIn(text) })
    expect(saved.status).toBe(303)
    expect((await server.client.me(token)).body.given_name).toBe('Amina')
  })

  it('lets only one of two windows save what both have shown', async () => {
    const { visitor } = await newOwner()
    const version = versionIn(await visitor.read(path))
    const answers = await Promise.all(
      ['Teacher', 'Nurse'].map(async (occupation) => visitor.send(path, { ...empty, occupation, version })),
    )
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([303, 412])
  })

  it('does not save what was typed for another account, whose owner had signed in before', async () => {
    const [{ visitor: former }, { visitor, token }] = [await newOwner(), await newOwner()]
    const version = versionIn(await former.read(path))
    const answer = await visitor.send(path, { ...empty, occupation: 'Teacher', version })
    expect(answer.status).toBe(412)
    expect((await server.client.get('/v1/me/profile', { token })).body.occupation).toBeNull()
  })

  it('A122: answers a country that does not exist with the form, and shows it as text', async () => {
    const { visitor } = await newOwner()
    for (const country of ['XX', '!', '<b>']) {
      const version = versionIn(await visitor.read(path))
      const answer = await visitor.send(path, { ...empty, country, version })
      expect(answer.status, country).toBe(422)
      expect(await answer.text()).not.toContain('<b>')
    }
  })

  it('takes a picture as a plain form, and removes it', async () => {
    const { visitor, token } = await newOwner()
    expect(await visitor.read(path)).not.toContain(`${path}/picture/remove`)
    const answer = await visitor.upload(`${path}/picture`, await picture())
    expect(answer.headers.get('location')).toBe(`${path}?done=picture_changed`)
    const stored = async (): Promise<unknown> =>
      (await server.client.get('/v1/me/profile', { token })).body.image_url
    expect(await stored()).toMatch(/\/256\.webp$/)
    expect(await visitor.read(path)).toContain(`${path}/picture/remove`)
    const removed = await visitor.send(`${path}/picture/remove`)
    expect(removed.headers.get('location')).toBe(`${path}?done=picture_removed`)
    expect(await stored()).toBeNull()
  })

  it('says what is wrong with a file on the page itself', async () => {
    const { visitor } = await newOwner()
    const large = new Uint8Array(1_200_000)
    const files: [Uint8Array<ArrayBuffer>, number, string][] = [
      [new Uint8Array(0), 422, 'Fill in this field.'],
      [new TextEncoder().encode('no picture at all'), 415, 'This is not a picture.'],
      [(await picture()).slice(0, 60), 422, 'The picture is damaged.'],
      [large, 413, 'The file is too large.'],
    ]
    for (const [file, status, words] of files) {
      const answer = await visitor.upload(`${path}/picture`, file)
      const text = await answer.text()
      expect([words, answer.status]).toEqual([words, status])
      expect(text).toContain(words)
      expect(text).toMatch(/id="image" name="image"[^>]* aria-invalid="true"/)
    }
  })

  it('A49: takes no picture from another site', async () => {
    const { visitor } = await newOwner()
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const each of [path, `${path}/picture/remove`, `${path}/choices`])
      expect((await visitor.send(each, {}, headers)).status).toBe(403)
    const stranger = new PageVisitor(server)
    const answer = await stranger.upload(`${path}/picture`, await picture())
    expect(answer.status).toBe(401)
  })

  it('keeps the language for pages and messages, and the theme for this browser', async () => {
    const { visitor, token } = await newOwner()
    const answer = await visitor.send(`${path}/choices`, { lang: 'fr', theme: 'dark' })
    const location = answer.headers.get('location') ?? ''
    expect(location).toBe(`${path}?done=choices_saved&lang=fr&theme=dark`)
    expect((await server.client.me(token)).body.locale).toBe('fr')
    const page = await visitor.open(location)
    expect(page.headers.getSetCookie().map((each) => each.split(';')[0])).toEqual([
      'proxima-language=fr',
      'proxima-theme=dark',
    ])
    expect(await page.text()).toContain('<html lang="fr" dir="ltr" data-theme="dark">')
  })

  it('keeps a variety of the chosen language', async () => {
    const { visitor, token } = await newOwner()
    await server.client.patch('/v1/me', { locale: 'sw-KE' }, { token })
    await visitor.send(`${path}/choices`, { lang: 'sw', theme: 'auto' })
    expect((await server.client.me(token)).body.locale).toBe('sw-KE')
  })

  it('A122: shows what the owner wrote as text', async () => {
    const { visitor } = await newOwner()
    const description = '</textarea><script>alert(1)</script>'
    const typed = { ...empty, description, version: versionIn(await visitor.read(path)) }
    expect((await visitor.send(path, typed)).status).toBe(303)
    const text = await visitor.read(path)
    expect(text).not.toContain('<script>alert')
    expect(text).toContain('&lt;/textarea&gt;&lt;script&gt;')
  })
})
