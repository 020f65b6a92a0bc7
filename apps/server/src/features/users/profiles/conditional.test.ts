import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const path = '/v1/me/profile'

describe.each(engines)('a profile on $name that several change', (engine) => {
  let server: TestServer
  let second: TestServer
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: 'https://accounts.example.org' }
    server = await startTestServer(engine, { env })
    second = await startTestServer(engine, { env, databaseUrl: server.databaseUrl })
  })
  afterAll(async () => {
    await second?.close()
    await server?.close()
  })

  function read({ token }: Person): Promise<Answer> {
    return server.client.get(path, { token })
  }

  function patch({ token }: Person, body: object, ifMatch?: string, node = server): Promise<Answer> {
    const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch }
    return node.client.patch(path, body, { token, headers })
  }

  function tagOf({ headers }: Answer): string {
    const tag = headers.get('etag') ?? ''
    expect(tag).toMatch(/^"[!#-~]+"$/)
    return tag
  }

  /** All at once, by turns on two servers that share the database. */
  async function race(
    racers: number,
    call: (index: number, node: TestServer) => Promise<Answer>,
  ): Promise<Answer[]> {
    const nodes = [server, second]
    const untilServed = async (index: number): Promise<Answer> => {
      const answer = await call(index, nodes[index % 2] ?? server)
      if (answer.status !== 503) return answer
      // A slow machine has no connection to its database for everyone at once, and says when to ask again.
      await setTimeout(Number(answer.headers.get('retry-after')) * 1_000)
      return await untilServed(index)
    }
    return await Promise.all(Array.from({ length: racers }, async (_, index) => await untilServed(index)))
  }

  it('has an ETag that changes with each change, and only then', async () => {
    const person = await newPerson(server.client)
    const tags = [tagOf(await read(person))]
    for (const occupation of ['Nurse', 'Surgeon', null]) {
      const tag = tagOf(await patch(person, { occupation }))
      for (const answer of [await read(person), await read(person), await patch(person, {})])
        expect(tagOf(answer)).toBe(tag)
      tags.push(tag)
    }
    expect(new Set(tags).size).toBe(tags.length)
  })

  it('does not match the ETag of another account, even if both are empty', async () => {
    const [mine, other] = [await newPerson(server.client), await newPerson(server.client)]
    expect((await patch(mine, { county: 'Nyeri' }, tagOf(await read(other)))).status).toBe(412)
    expect((await patch(mine, { county: 'Nyeri' }, tagOf(await read(mine)))).status).toBe(200)
  })

  it('is not overwritten by a tab that has read an older one', async () => {
    const person = await newPerson(server.client)
    const asBothTabsReadIt = tagOf(await read(person))
    const first = await patch(person, { occupation: 'Nurse' }, asBothTabsReadIt)
    expect(first.status).toBe(200)
    for (const body of [{ occupation: 'Overwritten' }, { county: 'Nyeri' }, {}]) {
      const late = await patch(person, body, asBothTabsReadIt)
      expect([late.status, late.body.code]).toEqual([412, 'precondition_failed'])
    }
    expect((await read(person)).body).toStrictEqual(first.body)
    expect((await patch(person, { occupation: 'Surgeon' }, tagOf(first))).status).toBe(200)
    expect((await patch(person, { occupation: 'Whatever' })).status).toBe(200)
  })

  it('reads If-Match as in RFC 9110 §13.1.1', async () => {
    const person = await newPerson(server.client)
    await patch(person, { occupation: 'Nurse' })
    const tag = tagOf(await read(person))
    const forms: [string, number][] = [
      ['*', 200],
      [' * ', 200],
      [tag, 200],
      [`"old", ${tag}`, 200],
      [`,, "a,b" ,W/"w",${tag},`, 200],
      ['"old"', 412],
      ['""', 412],
      [`W/${tag}`, 412],
      [`W/${tag}, "old"`, 412],
      [`"old,${tag.slice(1)}`, 412],
      [tag.slice(1, -1), 400],
      ["'old'", 400],
      [`${tag} ${tag}`, 400],
      [`*, ${tag}`, 400],
      ['"', 400],
      ['', 400],
      [',', 400],
      [`w/${tag}`, 400],
    ]
    for (const [ifMatch, status] of forms) {
      const answer = await patch(person, {}, ifMatch)
      expect(answer.status, ifMatch).toBe(status)
      if (status === 400) expect(answer.body.code).toBe('malformed_request')
    }
    const invalid = await patch(person, { country: 'Wakanda' }, '"old"')
    expect(invalid.status).toBe(422)
  })

  it(`loses none of ${raceSize} simultaneous patches of different fields, even of a new profile`, {
    tags: 'long',
  }, async () => {
    const person = await newPerson(server.client)
    const { token } = person
    const fields = ['occupation', 'home_address', 'county', 'description'] as const
    const links = ['linkedin', 'facebook', 'github', 'instagram', 'twitter', 'youtube'] as const
    const answers = await race(raceSize, async (index, node) => {
      const [field, link] = [fields[index % 10], links[(index % 10) - fields.length]]
      const value = `v${index}`
      const body = field === undefined ? { social_links: { [link ?? '']: value } } : { [field]: value }
      return await node.client.patch(path, body, { token })
    })
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(tagOf)).size).toBe(raceSize)
    const { social_links: kept, ...texts } = (await read(person)).body as Record<string, object>
    fields.forEach((field, index) => {
      expect(texts[field]).toMatch(new RegExp(`^v\\d*${index}$`))
    })
    links.forEach((link, index) => {
      expect((kept as Record<string, string>)[link]).toMatch(new RegExp(`/@?v\\d*${index + fields.length}$`))
    })
  })

  it('accepts one of 200 patches of the same version, both of a new profile and later', async () => {
    const person = await newPerson(server.client)
    for (const round of ['first', 'second']) {
      const tag = tagOf(await read(person))
      const answers = await race(200, (index, node) =>
        patch(person, { county: `${round} ${index}` }, tag, node),
      )
      const won = answers.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(199)
      const now = await read(person)
      expect(now.body).toStrictEqual(won[0]?.body)
      expect(tagOf(now)).toBe(won[0]?.headers.get('etag'))
    }
  })
})
