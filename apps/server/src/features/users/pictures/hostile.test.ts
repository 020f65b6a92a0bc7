import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { carriers, jpeg, notImages, unreadable } from '../../../../tests/support/hostile-images.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { imagePath, pictureAddress, putForm, putImage } from '../../../../tests/support/pictures.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

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

  it.each(Object.entries(notImages))(
    'A119: %s is not accepted as an image, whatever it is called',
    async (_name, bytes) => {
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
    },
  )

  it.each(['text/html', 'application/json', 'application/x-www-form-urlencoded', 'imagepng', 'text/plain'])(
    'A119: an image is not accepted as %s',
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
    const { body } = await putForm(server.client, person, [part])
    expect([body.code, body.detail]).toEqual([
      'too_large',
      expect.stringContaining('at most 10,485,760 bytes'),
    ])
    await expectUntouched()
  })

  it.each(Object.entries(carriers))('A119: only the picture remains of %s', async (_name, image) => {
    const other = await newPerson(server.client)
    const uploaded = await putImage(server.client, other, image)
    expect(uploaded.status, uploaded.text).toBe(200)
    for (const query of ['', '?format=jpeg', '?size=64']) {
      const { bytes } = await server.client.get(imagePath + query, other)
      for (const trace of ['script', 'PDF', 'alert', 'fdAT']) expect(bytes.includes(trace), trace).toBe(false)
    }
  })

  it('A121: the name of an uploaded file is never used', async () => {
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

  it('A121: an address is not accepted as an image, and nothing is fetched from it', async () => {
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

  it('A119: broken forms are refused, and do not end the process', async () => {
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
