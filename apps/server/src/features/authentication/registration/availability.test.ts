import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('availability on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_DEFAULT_REGION: 'KE' } })
    const owner = { username: 'Coco', email: 'Coco@Bücher.example', phone_number: '0712345678' }
    expect((await server.client.register(owner)).status).toBe(201)
  })
  afterAll(async () => await server?.close())

  function ask(query: Record<string, string>, of = server): Promise<Answer> {
    return of.client.get(`/v1/auth/availability?${new URLSearchParams(query).toString()}`)
  }

  it('reports a free identifier as available, and it can be registered', async () => {
    for (const query of [
      { username: 'amani' },
      { email: 'amani@example.com' },
      { phone_number: '0712000000' },
    ]) {
      const answer = await ask(query)
      expect(answer.status).toBe(200)
      expect(answer.body).toStrictEqual({ available: true, reason: null })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect((await server.client.register(query)).status).toBe(201)
      expect((await ask(query)).body.available).toBe(false)
    }
  })

  const taken: readonly [Record<string, string>, string][] = [
    [{ username: 'Coco' }, 'username_taken'],
    [{ username: ' cOCO ' }, 'username_taken'],
    [{ username: 'ｃｏｃｏ' }, 'username_taken'],
    [{ username: 'сосо' }, 'username_taken'],
    [{ username: 'c0c0' }, 'username_taken'],
    [{ email: 'coco@xn--bcher-kva.example' }, 'email_taken'],
    [{ phone_number: '+254 (0)712 345 678' }, 'phone_number_taken'],
  ]
  it.each(taken)(
    'A16, A17, A24, A25: reports %j as not available, because it or a look-alike is taken',
    async (query, reason) => {
      const answer = await ask(query)
      expect(answer.status).toBe(200)
      expect(answer.body).toStrictEqual({ available: false, reason })
      expect((await server.client.register(query)).body.code).toBe(reason)
    },
  )

  const impossible: readonly [Record<string, string>, string][] = [
    [{ username: 'ab' }, 'too_short'],
    [{ username: 'a'.repeat(51) }, 'too_long'],
    [{ username: '' }, 'too_short'],
    [{ username: 'аdmin' }, 'scripts_mixed'],
    [{ username: 'a\0bc' }, 'character_not_allowed'],
    [{ username: 'coco@example.com' }, 'shaped_like_email'],
    [{ username: '0712345678' }, 'shaped_like_phone_number'],
    [{ email: 'coco' }, 'email_malformed'],
    [{ email: 'coco@example.com,b@example.com' }, 'email_malformed'],
    [{ phone_number: '12' }, 'phone_number_invalid'],
    [{ phone_number: 'coco' }, 'phone_number_malformed'],
    [{ phone_number: '+449098791001' }, 'phone_number_costly'],
  ]
  it.each(impossible)('reports %j as not available, with the rule that it breaks', async (query, reason) => {
    expect((await ask(query)).body).toStrictEqual({ available: false, reason })
    expect((await server.client.register(query)).body.errors).toMatchObject([{ code: reason }])
  })

  it('A27: treats wildcards and quotes as plain characters', async () => {
    for (const username of ['c%', 'Coc_', 'coco%', "coco' or '1'='1"]) {
      expect((await ask({ username })).body.reason).not.toBe('username_taken')
    }
    expect((await ask({ email: '%@xn--bcher-kva.example' })).body).toStrictEqual({
      available: true,
      reason: null,
    })
  })

  it('requires exactly one identifier', async () => {
    for (const query of [{}, { username: 'amina', email: 'amina@example.com' }]) {
      const answer = await ask(query)
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer: '', code: 'one_identifier_needed' }])
    }
  })

  it('A32: refuses unknown and repeated parameters', async () => {
    const cases = [
      ['username=amina&verbose=1', '/verbose', 'unknown_field'],
      ['username[]=amina', '/username[]', 'unknown_field'],
      ['Username=amina', '/Username', 'unknown_field'],
      ['id=1&username=amina', '/id', 'unknown_field'],
      ['username=amina&username=coco', '/username', 'wrong_type'],
    ] as const
    for (const [query, pointer, code] of cases) {
      const answer = await server.client.get(`/v1/auth/availability?${query}`)
      expect(answer.status, query).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer, code }])
    }
  })

  it('A37: is forbidden for identifiers that the configuration excludes, taken or not, well-formed or not', async () => {
    const env = { PROXIMA_AVAILABILITY: 'username' }
    const silent = await startTestServer(engine, { databaseUrl: server.databaseUrl, env })
    try {
      expect((await ask({ username: 'coco' }, silent)).body.reason).toBe('username_taken')
      for (const query of [
        { email: 'coco@bücher.example' },
        { email: 'nobody@example.com' },
        { email: 'malformed' },
        { phone_number: '+254712345678' },
        { phone_number: '+254712345679' },
        { phone_number: '0712345678' },
      ]) {
        const answer = await ask(query, silent)
        expect(answer.status).toBe(403)
        expect(answer.body.code).toBe('forbidden')
      }
    } finally {
      await silent.close()
    }
  })

  it('gives the reason for a national number if no region is configured', async () => {
    const nowhere = await startTestServer(engine, { databaseUrl: server.databaseUrl })
    try {
      const answer = await ask({ phone_number: '0712345678' }, nowhere)
      expect(answer.body).toStrictEqual({ available: false, reason: 'region_needed' })
    } finally {
      await nowhere.close()
    }
  })
})
