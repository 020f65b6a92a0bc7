import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../tests/support/engines.ts'
import {
  animatedGif,
  animatedPng,
  pixelBomb,
  png,
  pngChunk,
  pngHeader,
} from '../../../tests/support/images.ts'
import { newPerson, type Person } from '../../../tests/support/people.ts'
import { imagePath, pictureAddress, putForm, putImage } from '../../../tests/support/pictures.ts'
import type { Answer } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

const script = '<script>alert(document.domain)</script>'
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
const pdf = `%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n`

const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } })
  .jpeg()
  .toBuffer()
const gif = animatedGif(1)
const tiff = await sharp(jpeg).tiff().toBuffer()
const avif = await sharp(jpeg).avif({ effort: 0 }).toBuffer()
const webp = await sharp(jpeg).webp().toBuffer()

/** Begins like the one and goes on as the other. */
const gifThatIsScript = Buffer.from(`GIF89a/*${'\0'.repeat(64)}*/=1;alert(1)//;`, 'latin1')
const pdfBeforeJpeg = Buffer.concat([Buffer.from(pdf), jpeg])

/** None of them is an image that we take, whatever it is called. */
const noImages: Record<string, Buffer> = {
  svg: Buffer.from(svg),
  'svg with a declaration': Buffer.from(`<?xml version="1.0"?>\n${svg}`),
  html: Buffer.from(`<!doctype html>${script}`),
  pdf: Buffer.from(pdf),
  'pdf before a jpeg': pdfBeforeJpeg,
  tiff,
  bmp: Buffer.from(`BM${'\0'.repeat(60)}`),
  ico: Buffer.from('\0\0\x01\0\x01\0', 'latin1'),
  'a zip': Buffer.from('PK\x03\x04'),
  'an executable': Buffer.from('\x7fELF', 'latin1'),
  'an mp4': Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomiso2', 'latin1'),
  'a riff that is sound': Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'),
  'a space before a jpeg': Buffer.concat([Buffer.from(' '), jpeg]),
  'one byte': Buffer.from([0xff]),
}

/** Images, but not to be had. */
const unreadable: Record<string, readonly [image: Buffer, code: string]> = {
  'a png of 50,000 × 50,000': [pixelBomb(50_000, 50_000), 'too_many_pixels'],
  'a png of 2^31 - 1 in each direction': [pixelBomb(2 ** 31 - 1, 2 ** 31 - 1), 'damaged'],
  'a png of one line of 50,000,001 pixels': [pixelBomb(50_000_001, 1), 'too_many_pixels'],
  'a png without pixels': [png(pngHeader(8, 8)), 'damaged'],
  'a png without size': [png(pngHeader(0, 0), pngChunk('IDAT')), 'damaged'],
  'a png whose pixels are missing': [pixelBomb(4_000, 4_000, 10), 'damaged'],
  'a gif with 2,000 frames': [animatedGif(2_000), 'too_many_frames'],
  'a gif that is a script too': [gifThatIsScript, 'damaged'],
  'a jpeg cut short': [jpeg.subarray(0, jpeg.length - 200), 'damaged'],
  'a jpeg of its first bytes': [jpeg.subarray(0, 4), 'damaged'],
  'a webp cut short': [webp.subarray(0, webp.length / 2), 'damaged'],
  'an avif cut short': [avif.subarray(0, avif.length / 2), 'damaged'],
  'an avif of its first bytes': [avif.subarray(0, 40), 'damaged'],
  'a png that is noise behind its head': [
    png(pngHeader(500, 500), pngChunk('IDAT', Buffer.alloc(5_000, 'noise'))),
    'damaged',
  ],
}

/** Sound images with something more. */
const carriers: Record<string, Buffer> = {
  'a jpeg with a pdf behind it': Buffer.concat([jpeg, Buffer.from(pdf)]),
  'a jpeg with a page behind it': Buffer.concat([jpeg, Buffer.from(script)]),
  'a jpeg with a page in its comment': Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xfe, 0, script.length + 2]),
    Buffer.from(script),
    jpeg.subarray(2),
  ]),
  'a png with a page in its text': png(
    pngHeader(8, 8),
    pngChunk('tEXt', Buffer.from(`Comment\0${script}`)),
    pngChunk('IDAT', deflateSync(Buffer.alloc(72))),
  ),
  'a gif with a script behind it': Buffer.concat([gif, Buffer.from(script)]),
  'an animated png of 10,000 frames': animatedPng(10_000),
  'a gif of 1,000 frames': animatedGif(1_000),
}

describe.each(engines)('hostile images on $name', (engine) => {
  let server: TestServer
  let person: Person
  let address: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    person = await newPerson(server.client)
    await putImage(server.client, person, jpeg)
    address = (await pictureAddress(server.client, person)) ?? ''
  })
  afterAll(async () => await server?.close())

  const put = (image: Buffer, type?: string) => putImage(server.client, person, image, type)

  async function expectUntouched(): Promise<void> {
    expect((await server.client.get(address)).status).toBe(200)
    expect(await pictureAddress(server.client, person)).toBe(address)
  }

  it.each(Object.entries(noImages))('A119: %s is no image, whatever it is called', async (_name, bytes) => {
    for (const type of ['image/png', 'image/jpeg', 'image/svg+xml', 'application/octet-stream']) {
      const { status, body } = await put(bytes, type)
      expect([status, body.code]).toEqual([415, 'unsupported_media_type'])
    }
    const parts = ['a.png', 'a.jpg.svg', 'a.png\\0.html'].map((fileName) => ({
      name: 'image',
      fileName,
      type: 'image/png',
      content: bytes,
    }))
    for (const part of parts) expect((await putForm(server.client, person, [part])).status).toBe(415)
    await expectUntouched()
  })

  it.each(['text/html', 'application/json', 'application/x-www-form-urlencoded', 'imagepng', 'text/plain'])(
    'A119: an image is not taken as %s',
    async (type) => {
      expect((await put(jpeg, type)).status).toBe(415)
    },
  )

  it('A119: a compressed one is not unpacked', async () => {
    const headers = { 'content-type': 'image/jpeg', 'content-encoding': 'gzip' }
    const { token } = person
    expect((await server.client.send('PUT', imagePath, jpeg, { token, headers })).status).toBe(415)
  })

  it.each(Object.entries(unreadable))('A120: %s is refused at once', async (_name, [image, code]) => {
    const { status, body } = await put(image, 'image/png')
    expect([status, body.code, body.errors?.[0]?.code]).toEqual([422, 'validation_failed', code])
    await expectUntouched()
  })

  it('A120: nothing, and too much, are refused', async () => {
    expect((await put(Buffer.alloc(0))).status).toBe(400)
    expect((await put(Buffer.concat([jpeg, Buffer.alloc(11_000_000)]))).body.code).toBe('too_large')
    const part = { name: 'image', content: Buffer.concat([jpeg, Buffer.alloc(10_485_760)]) }
    expect((await putForm(server.client, person, [part])).body.code).toBe('too_large')
    await expectUntouched()
  })

  it('A120: what is sent without end is cut off where it is too long', async () => {
    const { status, sentBytes } = await sendChunks(server.url, person, 40_000_000)
    // Who goes on sending may find the connection closed before the answer is read.
    expect([413, null]).toContain(status)
    expect(sentBytes).toBeLessThan(40_000_000)
    expect((await server.client.me(person.token)).status).toBe(200)
  })

  it.each(Object.entries(carriers))('A119: of %s nothing is left but the picture', async (_name, image) => {
    const other = await newPerson(server.client)
    const uploaded = await putImage(server.client, other, image)
    expect(uploaded.status, uploaded.text).toBe(200)
    for (const query of ['', '?format=jpeg', '?size=64']) {
      const { bytes } = await server.client.get(imagePath + query, other)
      for (const trace of ['script', 'PDF', 'alert', 'fdAT']) expect(bytes.includes(trace), trace).toBe(false)
    }
  })

  it('A121: the name that a file had names nothing', async () => {
    const crlf = ['a\r\nSet-Cookie: a=b', 'a%0d%0aSet-Cookie: a=b']
    for (const fileName of [
      '../../x',
      '..\\..\\x',
      'CON',
      '%2e%2e/x',
      'x'.repeat(4_096),
      '\0',
      '',
      ...crlf,
    ]) {
      const other = await newPerson(server.client)
      const part = { name: 'image', fileName, type: 'image/jpeg', content: jpeg }
      const uploaded = await putForm(server.client, other, [part])
      expect(uploaded.status, `${fileName} ${uploaded.text}`).toBe(200)
      const own = await server.client.get(imagePath, other)
      expect(own.headers.get('content-disposition')).toBe('inline; filename="picture-256.webp"')
      expect(own.headers.get('set-cookie')).toBeNull()
      expect(await pictureAddress(server.client, other)).toMatch(/^\/v1\/pictures\/[\w-]{43}\/256\.webp$/)
    }
  })

  it('A121: an address is no image, and nothing is fetched from it', async () => {
    for (const url of [
      'http://127.0.0.1/',
      'http://169.254.169.254/',
      'http://[::ffff:127.0.0.1]/',
      'gopher://x/',
    ])
      expect((await put(Buffer.from(url))).status).toBe(415)
    const headers = { 'content-type': 'application/json' }
    const { token } = person
    const { status } = await server.client.send('PUT', imagePath, '{"url": "http://127.0.0.1/"}', {
      token,
      headers,
    })
    expect(status).toBe(415)
  })

  it('A119: forms that are broken are refused, and end nothing', async () => {
    const type = 'multipart/form-data; boundary=b'
    const head = '--b\r\nContent-Disposition: form-data; name="image"\r\n\r\n'
    const broken = [
      '--b',
      '--b--',
      '--b\r\n',
      `${head}`,
      `${head}x`,
      `${head}x\r\n--b`,
      `${head}x\r\n--b\r\n`,
    ]
    for (const body of [...broken, '\r\n'.repeat(1_000), `--b\r\n${'a: b\r\n'.repeat(5_000)}`])
      expect([400, 415, 422], body.slice(0, 80)).toContain((await put(Buffer.from(body), type)).status)
    for (const odd of [
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `${type}${'x'.repeat(4_000)}`,
    ])
      expect([400, 422], odd).toContain((await put(Buffer.from(head), odd)).status)
    await expectUntouched()
  })
})

/** Says not how long it is, and sends until it is answered; no more than `bytesMax`. */
async function sendChunks(
  url: string,
  { token }: Person,
  bytesMax: number,
): Promise<{ status: number | null; sentBytes: number }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/png' }
  const sending = request(url + imagePath, { method: 'PUT', headers })
  let isOver = false
  const ended = new Promise<number | null>((resolve) => {
    const end = (status: number | null) => {
      isOver = true
      resolve(status)
    }
    sending.once('response', (response) => end(response.resume().statusCode ?? null))
    sending.once('error', () => end(null))
  })
  let sentBytes = 0
  const chunk = Buffer.alloc(65_536)
  while (!isOver && sentBytes < bytesMax) {
    sentBytes += chunk.length
    if (!sending.write(chunk)) await Promise.race([once(sending, 'drain').catch(() => null), ended])
  }
  sending.destroy()
  return { status: await ended, sentBytes }
}

const rounds = Number(process.env['PROXIMA_TEST_HOSTILE_IMAGES'] ?? 100)

describe('many hostile images', () => {
  it(`A120: ${rounds} are refused while the server's memory stays flat`, async () => {
    const server = await startTestServer(sqlite)
    const person = await newPerson(server.client)
    const images = [...Object.values(noImages), ...Object.values(unreadable).map(([image]) => image)]
    const large = Buffer.concat([jpeg.subarray(0, 200), Buffer.alloc(8_000_000)])
    const round = async (index: number): Promise<Answer> =>
      await putImage(
        server.client,
        person,
        index % 10 === 0 ? large : (images[index % images.length] ?? jpeg),
      )
    for (let index = 0; index < 30; index++) await round(index)
    const before = residentBytes()
    for (let index = 0; index < rounds; index++) expect([415, 422]).toContain((await round(index)).status)
    expect(residentBytes() - before).toBeLessThan(64_000_000)
    await server.close()
  }, 600_000)
})

/** Of this process, which is the server here, with what it has not given back to the system yet. */
function residentBytes(): number {
  globalThis.gc?.()
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
}
