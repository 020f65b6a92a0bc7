import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Programs } from '../../start/programs.ts'
import { proximaCommand } from '../../start/proxima.ts'
import { type StartedExample, startExample } from '../../start/start-example.ts'
import { Caller, until } from '../../start/tests/caller.ts'
import { moments } from '../example.ts'
import { administrator, type BothServers, bothServers, type Person, register, signIn } from './people.ts'

const missingId = '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'

describe('the service beside a real Proxima', { tags: ['long'] }, () => {
  const programs = new Programs()
  let started: StartedExample
  let folder: string
  let amina: Person
  let baraka: Person

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moments-'))
    started = await startExample(moments, { dataFolder: folder, port: 0, accountsPort: 0 }, programs)
    amina = await register(started)
    baraka = await register(started)
  })

  afterAll(async () => {
    await programs.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Gives the id of what was made. */
  async function create({ moments }: BothServers, list: string, input: object): Promise<string> {
    return (await moments.send('POST', `/v1/${list}`, input)).body.id as string
  }

  async function createActivity(person: BothServers, name = 'Running'): Promise<string> {
    return await create(person, 'activities', { name })
  }

  async function createMoment(person: BothServers): Promise<string> {
    return await create(person, 'moments', { activity_id: await createActivity(person) })
  }

  describe('a caller', () => {
    const routes = ['activities', 'moments'].flatMap((list) => [
      ['POST', `/v1/${list}`],
      ['GET', `/v1/${list}`],
      ...['GET', 'PATCH', 'DELETE'].map((method) => [method, `/v1/${list}/${missingId}`]),
    ]) as [string, string][]

    it.each(routes)('without a token gets 401 from %s %s', async (method, path) => {
      const { status, headers, body } = await new Caller(started.url).send(method, path)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe('Bearer')
      expect(headers.get('content-type')).toMatch('application/problem+json')
      expect(body.code).toBe('unauthenticated')
    })

    it('with a token that Proxima did not issue gets 401', async () => {
      const { status, headers } = await new Caller(started.url, 'eyJ.eyJ.x').send('GET', '/v1/moments')
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    })

    it('can use a session code or an API key', async () => {
      await createActivity(amina, 'Swimming')
      const login = { user_secret: amina.userSecret, mode: 'code' }
      const { session_code } = (await amina.accounts.send('POST', '/v1/auth/token', login)).body
      const { key } = (await amina.accounts.send('POST', '/v1/me/api-keys', { name: 'Script' })).body
      for (const credential of [session_code, key] as string[]) {
        const { status, body } = await bothServers(started, credential).moments.send('GET', '/v1/activities')
        expect(status).toBe(200)
        expect(body.items[0]).toMatchObject({ name: 'Swimming', owner_id: amina.id })
      }
    })

    it('who signs out is refused, although the token has not expired', async () => {
      const session = await signIn(started, amina.userSecret)
      expect((await session.moments.send('GET', '/v1/moments')).status).toBe(200)
      await session.accounts.send('POST', '/v1/auth/logout')
      await until(async () => (await session.moments.send('GET', '/v1/moments')).status === 401)
    })
  })

  describe('activities and moments', () => {
    it('are created, read, changed and deleted by their owner', async () => {
      const created = await amina.moments.send('POST', '/v1/activities', { name: 'Reading' })
      expect(created.status).toBe(201)
      expect(created.headers.get('cache-control')).toBe('no-store')
      expect(created.body).toMatchObject({ name: 'Reading', description: null, owner_id: amina.id })
      const activity = `/v1/activities/${created.body.id}`
      const changed = await amina.moments.send('PATCH', activity, { description: 'Every evening' })
      expect(changed.body).toMatchObject({ name: 'Reading', description: 'Every evening' })

      const input = {
        activity_id: created.body.id,
        note: 'a novel',
        happened_at: '2026-11-21T20:00:00+03:00',
      }
      const moment = await amina.moments.send('POST', '/v1/moments', input)
      expect(moment.status).toBe(201)
      expect(moment.body).toMatchObject({ note: 'a novel', happened_at: '2026-11-21T17:00:00.000Z' })
      const path = `/v1/moments/${moment.body.id}`
      expect((await amina.moments.send('PATCH', path, { note: null })).body.note).toBeNull()
      expect((await amina.moments.send('GET', path)).body.happened_at).toBe('2026-11-21T17:00:00.000Z')

      expect((await amina.moments.send('DELETE', activity)).status).toBe(204)
      for (const gone of [activity, path]) expect((await amina.moments.send('GET', gone)).status).toBe(404)
    })

    it('of another user look like ones that do not exist', async () => {
      const items = {
        activities: await createActivity(amina),
        moments: await createMoment(amina),
      }
      for (const [list, id] of Object.entries(items))
        for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
          const missing = await baraka.moments.send(method, `/v1/${list}/${missingId}`, body)
          expect(missing).toMatchObject({ status: 404, body: { title: 'Not Found' } })
          const foreign = await baraka.moments.send(method, `/v1/${list}/${id}`, body)
          expect([foreign.status, foreign.body]).toEqual([missing.status, missing.body])
        }
      const taken = await baraka.moments.send('POST', '/v1/moments', { activity_id: items.activities })
      expect(taken).toMatchObject({ status: 404, body: { code: 'activity_not_found' } })
      expect((await amina.moments.send('GET', `/v1/moments/${items.moments}`)).status).toBe(200)
    })

    it('of everyone are seen by an administrator, and changed by their owner only', async () => {
      const [hers, his] = [await createActivity(amina), await createActivity(baraka)]
      const admin = await administrator(started)
      const { body } = await admin.moments.send('GET', '/v1/activities?size=100')
      const owned = [expect.objectContaining({ id: hers, owner_id: amina.id })]
      owned.push(expect.objectContaining({ id: his, owner_id: baraka.id }))
      expect(body.items).toEqual(expect.arrayContaining(owned))
      const attempt = await admin.moments.send('PATCH', `/v1/activities/${hers}`, { name: 'Theirs' })
      expect(attempt).toMatchObject({ status: 403, body: { code: 'not_owner' } })
    })
  })

  describe('a list', () => {
    let person: Person

    beforeAll(async () => {
      person = await register(started)
      for (const name of ['one', 'two', 'three', 'four', 'five']) await createActivity(person, name)
    })

    it('has pages', async () => {
      const list = async (query: string): Promise<unknown> =>
        (await person.moments.send('GET', `/v1/activities${query}`)).body
      expect(await list('')).toMatchObject({ total: 5, page: 1, size: 50, pages: 1 })
      for (const [page, length] of [2, 2, 1, 0].entries())
        expect(await list(`?page=${page + 1}&size=2`)).toMatchObject({
          items: { length },
          ...{ total: 5, page: page + 1, size: 2, pages: 3 },
        })
      const empty = await person.moments.send('GET', '/v1/moments')
      expect(empty.body).toEqual({ items: [], total: 0, page: 1, size: 50, pages: 0 })
    })

    it.each([
      ['size=0', '/size'],
      ['size=101', '/size'],
      ['page=0', '/page'],
      ['page=-1', '/page'],
      ['page=1.5', '/page'],
      ['page=first', '/page'],
      ['page=1&page=2', '/page'],
      ['limit=10', '/limit'],
    ])('refuses ?%s', async (query, pointer) => {
      const { status, headers, body } = await person.moments.send('GET', `/v1/activities?${query}`)
      expect(status).toBe(422)
      expect(headers.get('content-type')).toMatch('application/problem+json')
      expect(body).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] })
    })
  })

  describe('a body', () => {
    it.each([
      ['without a required field', {}, '/name'],
      ['with an empty name', { name: '' }, '/name'],
      ['with a number as the name', { name: 7 }, '/name'],
      ['with an owner', { name: 'Running', owner_id: missingId }, '/owner_id'],
    ])('%s is refused', async (_case, body, pointer) => {
      const answer = await amina.moments.send('POST', '/v1/activities', body)
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer, detail: expect.stringMatching(/^This .*\.$/) }])
    })

    it.each(['2026-11-21', '2016-12-31T23:59:60Z', 'yesterday'])(
      'with the time %s is refused',
      async (time) => {
        const body = { activity_id: await createActivity(amina), happened_at: time }
        const answer = await amina.moments.send('POST', '/v1/moments', body)
        expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/happened_at' }] } })
      },
    )

    it('that is not JSON, or too large, is refused with a problem', async () => {
      const broken = await amina.moments.send('POST', '/v1/activities', '{"name":')
      expect(broken).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
      const large = await amina.moments.send('POST', '/v1/activities', { name: 'x'.repeat(70_000) })
      expect(large).toMatchObject({ status: 413, body: { code: 'too_large' } })
    })
  })

  describe('the data of a user who deletes the account', () => {
    it('is hidden, comes back with the account, and is erased with it', async () => {
      const leaver = await register(started)
      const id = await createMoment(leaver)
      const admin = await administrator(started)
      const status = async () => (await admin.moments.send('GET', `/v1/moments/${id}`)).status
      expect(await status()).toBe(200)

      const proof = { user_secret: leaver.userSecret }
      expect((await leaver.accounts.send('DELETE', '/v1/me', proof)).status).toBe(202)
      await until(async () => (await status()) === 404)
      await new Caller(started.accountsUrl).send('POST', '/v1/auth/restore', proof)
      await until(async () => (await status()) === 200)

      const place = { dataFolder: join(folder, 'proxima'), port: 0 }
      await proximaCommand(place, ['users', 'delete', leaver.username, '--yes'], '')
      const database = new DatabaseSync(join(folder, 'moments.sqlite'), { readOnly: true })
      const rows = database.prepare('SELECT count(*) AS count FROM activities WHERE owner_id = ?')
      await until(async () => rows.get(leaver.id)?.['count'] === 0)
      database.close()
      expect(await status()).toBe(404)
    })

    it('stays if someone else sends the event', async () => {
      const id = await createMoment(amina)
      const event = { id: missingId, type: 'user.erased', data: { user_id: amina.id } }
      const send = async (secret: string) => {
        const text = JSON.stringify(event)
        const at = new Date()
        return await fetch(`${started.url}/webhooks/proxima`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'webhook-id': event.id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
            'webhook-signature': new Webhook(secret).sign(event.id, at, text),
          },
          body: text,
        })
      }
      const forged = await send(`whsec_${Buffer.alloc(32, 'x').toString('base64')}`)
      expect([forged.status, await forged.json()]).toMatchObject([400, { code: 'bad_signature' }])
      expect((await amina.moments.send('GET', `/v1/moments/${id}`)).status).toBe(200)
      // The same event with the right signature is accepted, so the signature made the difference.
      expect((await send(started.credentials.webhookSecret)).status).toBe(204)
      expect((await amina.moments.send('GET', `/v1/moments/${id}`)).status).toBe(404)
    })
  })

  it('keeps the credentials in a file that only its owner can read', async () => {
    expect((await stat(started.accountsFile)).mode & 0o777).toBe(0o600)
  })
})
