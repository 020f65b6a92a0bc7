import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { jpeg } from '../../../../tests/support/hostile-images.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { imagePath } from '../../../../tests/support/pictures.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe('a picture from a form without a script', () => {
  let server: TestServer
  let person: Person
  let cookie: string
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    person = await newPerson(server.client)
    const login = await server.client.post('/v1/auth/token', { user_secret: person.secret, mode: 'cookie' })
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  })
  afterAll(async () => await server?.close())

  /** Sends what a browser sends for `<form method=post enctype=multipart/form-data>`. */
  async function submit(headers: Record<string, string>): Promise<Response> {
    const body = new FormData()
    body.append('image', new Blob([jpeg], { type: 'image/jpeg' }), 'me.jpg')
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
    const all = { cookie, accept, origin: server.url, ...headers }
    return await fetch(server.url + imagePath, { method: 'POST', body, headers: all, redirect: 'manual' })
  }

  it('is stored, and the browser goes back to the page of the form', async () => {
    const page = `${server.url}/settings?tab=picture`
    const answer = await submit({ referer: page })
    expect([answer.status, answer.headers.get('location'), await answer.text()]).toEqual([303, page, ''])
    const own = await server.client.get(imagePath, { token: person.token })
    expect(own.headers.get('content-type')).toBe('image/webp')
  })

  it.each(['https://evil.example/', 'javascript:alert(1)', '//evil.example', 'nonsense'])(
    'leads to the picture, never to %s',
    async (referer) => {
      const answer = await submit({ referer })
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toMatch(new RegExp(`^${server.url}/v1/pictures/`))
    },
  )

  it('is answered with JSON to a program, and refused from another origin', async () => {
    const answer = await submit({ accept: '*/*' })
    expect(await answer.json()).toEqual({ image_url: expect.stringContaining('/v1/pictures/') })
    expect((await submit({ origin: 'https://evil.example' })).status).toBe(403)
  })
})
