import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { plainPng } from '../../../../tests/support/images.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { imagePath, pictureAddress, putForm, putImage } from '../../../../tests/support/pictures.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { openServices } from '../../../../tests/support/services.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const red = { r: 220, g: 20, b: 20 }
const blue = { r: 20, g: 20, b: 220 }

/** The left half red, the right half blue. */
function twoColours(width: number, height: number): Sharp {
  const half = { create: { width: Math.floor(width / 2), height, channels: 3 as const, background: red } }
  return sharp({ create: { width, height, channels: 3, background: blue } }).composite([
    { input: half, left: 0, top: 0 },
  ])
}

async function colourAt(image: Buffer, x: number, y: number): Promise<'red' | 'blue' | 'other'> {
  const pixel = await sharp(image)
    .extract({ left: x, top: y, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer()
  const [r = 0, , b = 0] = pixel
  if (r > 150 && b < 100) return 'red'
  return b > 150 && r < 100 ? 'blue' : 'other'
}

describe.each(engines)('a profile picture on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  const put = (person: Person, image: Buffer, type?: string) => putImage(server.client, person, image, type)
  const get = ({ token }: Person, query = '', headers = {}) =>
    server.client.get(imagePath + query, { token, headers })
  const addressOf = (person: Person) => pictureAddress(server.client, person)

  async function newPicture(): Promise<{ person: Person; address: string }> {
    const person = await newPerson(server.client)
    expect((await put(person, plainPng(32, 32))).status).toBe(200)
    return { person, address: (await addressOf(person)) ?? '' }
  }

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
    'is made of a %s at fixed sizes, in WebP and JPEG',
    async (format) => {
      const person = await newPerson(server.client)
      const uploaded = await put(person, await twoColours(300, 200).toFormat(format).toBuffer())
      expect(uploaded.status, uploaded.text).toBe(200)
      for (const size of [64, 256, 512]) {
        for (const wanted of ['webp', 'jpeg']) {
          const { headers, bytes } = await get(person, `?size=${size}&format=${wanted}`)
          expect(headers.get('content-type')).toBe(`image/${wanted}`)
          const metadata = await sharp(bytes).metadata()
          expect(metadata).toMatchObject({ format: wanted, width: size, height: size, space: 'srgb' })
          expect([
            await colourAt(bytes, size / 8, size / 2),
            await colourAt(bytes, size - size / 8, size / 2),
          ]).toEqual(['red', 'blue'])
        }
      }
    },
  )

  it('is shown at 256 pixels in WebP unless something else is asked for, and in no other size', async () => {
    const { person } = await newPicture()
    const { bytes, headers } = await get(person)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 })
    expect(headers.get('cache-control')).toBe('private, no-store')
    for (const query of ['?size=65', '?size=0', '?size=', '?size=256px', '?format=svg', '?width=64'])
      expect((await get(person, query)).body?.code, query).toBe('validation_failed')
  })

  it('can be sent as the part "image" of a form', async () => {
    const person = await newPerson(server.client)
    const part = { name: 'image', content: plainPng(8, 8) }
    expect((await putForm(server.client, person, [part])).status).toBe(200)
    expect((await putForm(server.client, person, [{ ...part, fileName: 'a.png', type: 'a/b' }])).status).toBe(
      200,
    )
    const refusals: [parts: Parameters<typeof putForm>[2], code: string][] = [
      [[], 'required'],
      [[part, part], 'too_many'],
      [[{ ...part, name: 'picture' }], 'unknown_field'],
      [[part, { name: 'role', content: Buffer.from('admin') }], 'unknown_field'],
    ]
    for (const [parts, code] of refusals) {
      const { status, body } = await putForm(server.client, person, parts)
      expect([status, body.errors]).toMatchObject([422, [{ pointer: '/image', code }]])
    }
    expect((await putForm(server.client, person, [part], '')).body.code).toBe('malformed_request')
  })

  it('is turned upright, in sRGB, and has no metadata about place and time', async () => {
    const person = await newPerson(server.client)
    const secret = 'Taken at Nyeri by Amina'
    const photograph = await twoColours(400, 400)
      .withIccProfile('p3')
      .withExif({
        IFD0: { Orientation: '6', ImageDescription: secret, Artist: secret },
        IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '0/1 25/1 12/1' },
      })
      .withXmp(`<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">${secret}</x:xmpmeta>`)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(photograph.includes(secret)).toBe(true)
    expect((await put(person, photograph)).status).toBe(200)
    for (const query of ['?size=512', '?format=jpeg']) {
      const { bytes } = await get(person, query)
      const { exif, xmp, icc, iptc, orientation, space, width } = await sharp(bytes).metadata()
      expect([exif, xmp, icc, iptc, orientation, space]).toEqual([...Array(5).fill(undefined), 'srgb'])
      expect(bytes.includes(secret)).toBe(false)
      // Turned by a right angle the left is above.
      expect(await colourAt(bytes, width / 2, width / 8)).toBe('red')
      expect(await colourAt(bytes, width / 2, width - width / 8)).toBe('blue')
    }
  })

  it('is public at an address that no one can guess, with its media type', async () => {
    const { person, address } = await newPicture()
    expect(address).toMatch(/^\/v1\/pictures\/[\w-]{43}\/256\.webp$/)
    const files = ['64.webp', '256.webp', '512.webp', '64.jpeg', '256.jpeg', '512.jpeg']
    for (const file of files) {
      const answer = await server.client.get(address.replace('256.webp', file))
      const own = await get(person, `?size=${file.split('.')[0]}&format=${file.split('.')[1]}`)
      expect(answer.bytes.equals(own.bytes)).toBe(true)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': `image/${file.split('.')[1]}`,
        'content-disposition': `inline; filename="picture-${file}"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': 'public, max-age=300',
      })
    }
    const token = address.split('/')[3] ?? ''
    const others = [
      `${token.slice(0, -1)}!`,
      token.toLowerCase(),
      `${token}A`,
      '..',
      `${token}%00`,
      'A'.repeat(43),
    ]
    for (const other of others)
      expect((await server.client.get(address.replace(token, other))).status, other).toBe(404)
    for (const file of ['65.webp', '256.png', '256.webp%00', '..%2f..%2fsecret', '', 'CON'])
      expect((await server.client.get(address.replace('256.webp', file))).status, file).toBe(404)
  })

  it('is not sent again to a client that has it', async () => {
    const { person, address } = await newPicture()
    const ask = (ifNoneMatch: string): Promise<Answer[]> => {
      const headers = { 'if-none-match': ifNoneMatch }
      return Promise.all([server.client.get(address, { headers }), get(person, '', headers)])
    }
    const tag = (await server.client.get(address)).headers.get('etag') ?? ''
    expect(tag).toMatch(/^"[\w-]{43}"$/)
    for (const known of [tag, `W/${tag}`, `"another", ${tag}`, '*'])
      for (const { status, bytes, headers } of await ask(known))
        expect([status, bytes.length, headers.get('etag')]).toEqual([304, 0, tag])
    for (const unknown of ['"another"', tag.slice(1, -1)])
      for (const { status } of await ask(unknown)) expect(status).toBe(200)
  })

  it('is gone from every address once it is replaced or deleted', async () => {
    const { person, address } = await newPicture()
    const profileTags = new Set([(await server.client.get('/v1/me/profile', person)).headers.get('etag')])
    await put(person, plainPng(16, 16))
    const second = (await addressOf(person)) ?? ''
    expect(second).not.toBe(address)
    expect((await server.client.get(second)).status).toBe(200)
    profileTags.add((await server.client.get('/v1/me/profile', person)).headers.get('etag'))
    for (const times of ['once', 'twice'])
      expect((await server.client.send('DELETE', imagePath, undefined, person)).status, times).toBe(204)
    profileTags.add((await server.client.get('/v1/me/profile', person)).headers.get('etag'))
    expect(await addressOf(person)).toBeNull()
    for (const gone of [address, second, second.replace('256.webp', '64.jpeg')])
      expect((await server.client.get(gone)).status).toBe(404)
    expect(profileTags.size).toBe(3)
  })

  it('is gone with its account, in the database too', async () => {
    const { person, address } = await newPicture()
    const services = openServices(server)
    await services.administration.erase(person.id)
    expect((await server.client.get(address)).status).toBe(404)
    for (const table of ['pictures', 'picture_files'] as const)
      expect(
        await services.db.selectFrom(table).selectAll().where('account_id', '=', person.id).execute(),
      ).toEqual([])
    await services.close()
  })

  it.each(['erased', 'suspended'] as const)(
    'is not made for an account that was %s while the image was read',
    async (end) => {
      const person = await newPerson(server.client)
      const services = openServices(server)
      const { administration, pictures } = services
      const caller = {
        accountId: person.id,
        sessionId: person.sessionId,
        roles: [],
      }
      if (end === 'erased') await administration.erase(caller.accountId)
      else await administration.suspend(caller.accountId)
      const uploading = pictures.replace(caller, plainPng(8, 8), requestFrom())
      await expect(uploading).rejects.toMatchObject({ problem: { code: 'invalid_token' } })
      expect(await pictures.find(services.db, caller.accountId)).toBeNull()
      services.decoder.close()
      await services.close()
    },
  )

  it('changes the version of the profile, which If-Match compares', async () => {
    const { person } = await newPicture()
    const tag = (await server.client.get('/v1/me/profile', person)).headers.get('etag') ?? ''
    await put(person, plainPng(9, 9))
    const headers = { 'if-match': tag }
    const late = await server.client.patch('/v1/me/profile', { county: 'Nyeri' }, { ...person, headers })
    expect([late.status, late.body.code]).toEqual([412, 'precondition_failed'])
  })

  it('is not changed by uploads of others', async () => {
    const [mine, other] = [await newPicture(), await newPicture()]
    await put(other.person, plainPng(99, 9))
    expect(await addressOf(mine.person)).toBe(mine.address)
    for (const method of ['PUT', 'GET', 'DELETE'])
      expect((await server.client.send(method, imagePath)).status).toBe(401)
  })

  it('keeps one of two simultaneous uploads completely', async () => {
    const person = await newPerson(server.client)
    const images = [await twoColours(64, 64).png().toBuffer(), plainPng(64, 64)]
    const answers = await Promise.all(images.map((image) => put(person, image)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const address = (await addressOf(person)) ?? ''
    const sizes = await Promise.all(
      ['64.webp', '512.webp', '512.jpeg'].map(
        async (file) => (await server.client.get(address.replace('256.webp', file))).status,
      ),
    )
    expect(sizes).toEqual([200, 200, 200])
  })

  it('is recorded in the audit trail, and may be changed only so many times an hour', async () => {
    const limited = await startTestServer(engine, {
      env: { PROXIMA_LIMITS: 'on', PROXIMA_PICTURE_UPLOADS_PER_HOUR: '3' },
    })
    const [person, other] = [await newPerson(limited.client), await newPerson(limited.client)]
    for (const image of [plainPng(8, 8), Buffer.from('<svg/>'), plainPng(9, 9)])
      await putImage(limited.client, person, image)
    const refused = await putImage(limited.client, person, plainPng(8, 8))
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
    expect((await putImage(limited.client, other, plainPng(8, 8))).status).toBe(200)
    await limited.client.send('DELETE', imagePath, undefined, person)
    const services = openServices(limited)
    const events = await services.db
      .selectFrom('audit_events')
      .select(['action', 'outcome', 'session_id'])
      .where('account_id', '=', person.id)
      .where('action', 'like', 'picture%')
      .orderBy('id')
      .execute()
    const event = (action: string) => ({ action, outcome: 'success', session_id: person.sessionId })
    expect(events).toEqual([event('picture_change'), event('picture_change'), event('picture_deletion')])
    await services.close()
    await limited.close()
  })
})
