import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Programs } from '../../start/programs.ts'
import { type StartedExample, startExample } from '../../start/start-example.ts'
import { until } from '../../start/tests/caller.ts'
import { implementations } from './implementations.ts'
import { nextSecond, People } from './people.ts'

const anyPort = { port: 0, accountsPort: 0 }
const frontEnd = 'https://dev.vaccine.example'

describe.each(implementations)('the old calls in $title', { tags: ['long'] }, ({ example, isMissing }) => {
  const programs = new Programs()
  const it = test.skipIf(isMissing)
  let folder = ''
  let started: StartedExample
  let people: People

  beforeAll(async () => {
    if (isMissing) return
    folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
    started = await startExample(example, { dataFolder: folder, ...anyPort }, programs)
    people = new People(started)
  })

  afterAll(async () => {
    await programs.stop()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  let count = 0

  /** As the old pages do: an account by `/create`, a token by `/login`, which is in each body then. */
  async function oldUser(): Promise<{ email: string; token: string; id: number }> {
    count += 1
    const email = `rahima-${count}@example.com`
    const person = { name: 'Rahima Begum', email, password: 'pass123', nid: `1990${count}` }
    const phone_number = `017123456${10 + count}`
    await people.anyone.accounts.send('POST', '/create', { ...person, phone_number, role_id: 1 })
    return await oldSignIn(email)
  }

  async function oldSignIn(email: string) {
    const form = new FormData()
    form.append('username', email)
    form.append('password', 'pass123')
    const answer = await fetch(`${started.accountsUrl}/login`, { method: 'POST', body: form })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const profile = await fetch(`${started.accountsUrl}/profile`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { id } = (await profile.json()) as { id: number }
    return { email, token, id }
  }

  async function administrator() {
    const { email } = await oldUser()
    const { accounts } = await people.administrator()
    const found = await accounts.send('GET', `/v1/users?q=${encodeURIComponent(email)}`)
    await accounts.send('PUT', `/v1/users/${found.body.data[0].id}/roles`, { roles: ['user', 'admin'] })
    await nextSecond()
    return await oldSignIn(email)
  }

  const call = async (path: string, body: unknown) => {
    const { status, body: answer, headers } = await people.anyone.service.send('POST', path, body)
    return { status, answer, headers }
  }

  it('ask for a vaccination, list it, and approve it', async () => {
    const rahima = await oldUser()
    const { token } = rahima
    expect(await call('/create', { token })).toMatchObject({ status: 201, answer: { success: true } })
    const own = await call('/myvaccine', { token })
    expect(own).toMatchObject({ status: 201, answer: [{ user_id: rahima.id, approved: false }] })

    const admin = await administrator()
    const all = await call('/allvaccines', { token: admin.token })
    expect(all.status).toBe(200)
    expect(all.answer).toContainEqual(own.answer[0])
    const approval = { token: admin.token, vaccination_id: own.answer[0].id }
    expect(await call('/approve', approval)).toMatchObject({ status: 200, answer: { success: true } })
    expect((await call('/myvaccine', { token })).answer).toMatchObject([{ approved: true }])
  })

  it('have one request that waits, however often the button is pressed', async () => {
    const { token } = await oldUser()
    const answers = await Promise.all([1, 2, 3].map(async () => await call('/create', { token })))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect((await call('/myvaccine', { token })).answer).toHaveLength(1)
  })

  it('are refused in the old form, to users, strangers and those who are signed out', async () => {
    const { token } = await oldUser()
    const message = expect.any(String)
    for (const path of ['/allvaccines', '/approve'])
      expect(await call(path, { token, vaccination_id: 1 })).toMatchObject({
        status: 401,
        answer: { detail: { message } },
      })
    for (const path of ['/create', '/myvaccine', '/allvaccines'])
      for (const forged of ['null', `${token}x`])
        expect(await call(path, { token: forged })).toMatchObject({
          status: 401,
          answer: { detail: { message } },
        })
    expect(await call('/create', { token: null })).toMatchObject({
      status: 422,
      answer: { detail: [{ loc: ['body', 'token'] }] },
    })
    const admin = await administrator()
    const unknown = { token: admin.token, vaccination_id: 999_999 }
    expect((await call('/approve', unknown)).status).toBe(404)
  })

  it('stop working within a second when the session ends', async () => {
    const { token } = await oldUser()
    expect((await call('/myvaccine', { token })).status).toBe(201)
    await fetch(`${started.accountsUrl}/v1/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    await until(async () => (await call('/myvaccine', { token })).status === 401)
  })

  it('are described with the ids of their operations', async () => {
    const { body } = await people.anyone.service.send('GET', '/openapi.json')
    const operations = Object.values(body.paths as Record<string, { post: { operationId: string } }>)
    expect(operations.map(({ post }) => post.operationId).sort()).toEqual([
      'allvaccine_allvaccines_post',
      'approveVaccine_approve_post',
      'create_vaccination_create_post',
      'my_vaccine_myvaccine_post',
    ])
  })

  it('may be made by pages of every origin, with GET and POST', async () => {
    const preflight = async (method: string, path = '/create') =>
      await fetch(`${started.url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: frontEnd,
          'access-control-request-method': method,
          'access-control-request-headers': 'content-type',
        },
      })
    const allowed = await preflight('POST')
    expect(allowed.status).toBe(200)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(frontEnd)
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type')
    expect((await preflight('PUT')).status).toBe(400)
    const headers = { origin: frontEnd }
    const answer = await fetch(`${started.url}/openapi.json`, { headers })
    expect(['*', frontEnd]).toContain(answer.headers.get('access-control-allow-origin'))
    // The other calls stay closed.
    const closed = await fetch(`${started.url}/v1/openings`, { headers })
    expect(closed.headers.get('access-control-allow-origin')).toBeNull()
  })
})
