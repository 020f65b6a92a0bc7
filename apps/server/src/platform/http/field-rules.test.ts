import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../tests/support/people.ts'
import type { Answer } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

interface ErrorView {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

const errorsOf = ({ body }: Answer) => body.errors as readonly ErrorView[]
const namesOf = (answer: Answer) =>
  errorsOf(answer)
    .map(({ pointer, code }) => `${pointer}:${code}`)
    .toSorted()

describe.each(['standard', 'strict'])('a refused body, with %s privacy', (privacy) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_PRIVACY: privacy } })
  })
  afterAll(async () => await server?.close())

  it.each([
    [{ username: 'a!', password: 'short' }, ['/password:too_short', '/username:too_short']],
    [
      { username: 'goodname9', email: 'foo', password: 'short' },
      ['/email:email_malformed', '/password:too_short'],
    ],
    [
      { username: 'bobby', password: 12_345_678, email: 'foo' },
      ['/email:email_malformed', '/password:wrong_type'],
    ],
    [
      { username: 'bobby', password: 'short', email: 5, full_name: '\u0007', role: 'admin' },
      ['/email:wrong_type', '/full_name:character_not_allowed', '/password:too_short', '/role:unknown_field'],
    ],
    [{ password: 'short' }, ['/password:too_short', ':identifier_needed']],
    [{ username: 'baraka', password: 'short' }, ['/password:too_short']],
  ])('names every wrong field of %j at once', async (given, errors) => {
    const answer = await server.client.register(given)
    expect(answer.status).toBe(422)
    expect(namesOf(answer)).toEqual(errors)
  })
})

describe('a refused change', () => {
  let server: TestServer
  let person: Person
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    person = await newPerson(server.client)
  })
  afterAll(async () => await server?.close())

  it('names every wrong field at once, of types and of rules', async () => {
    const me = await server.client.patch(
      '/v1/me',
      { full_name: '\u0007', locale: 'not a locale', address: 5 },
      person,
    )
    expect(namesOf(me)).toEqual([
      '/address:wrong_type',
      '/full_name:character_not_allowed',
      '/locale:locale_invalid',
    ])
    const given = { country: 'Nowhere', occupation: 5, social_links: { github: 'https://evil.example' } }
    const profile = await server.client.patch('/v1/me/profile', given, person)
    expect(namesOf(profile)).toEqual([
      '/country:country_unknown',
      '/occupation:wrong_type',
      '/social_links/github:host_not_allowed',
    ])
  })

  it('answers 422 also if there are more wrong fields than an answer names', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`unknown${index}`, 'x']))
    const wrong = { occupation: 5, country: 5, full_name: 5, username: 5, password: 5 }
    const answers = [
      await server.client.patch('/v1/me', { ...unknown, ...wrong }, person),
      await server.client.patch('/v1/me/profile', { ...unknown, ...wrong }, person),
      await server.client.register({ ...unknown, ...wrong }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
    expect(answers.map((answer) => errorsOf(answer).length)).toEqual([20, 20, 20])
  })

  it('names the broken rules of an object that also has a field of the wrong type or name', async () => {
    const links = { github: 'https://evil.example', website: 5, linkdin: 'x', 'a/b': 'x' }
    const answer = await server.client.patch('/v1/me/profile', { social_links: links }, person)
    expect(namesOf(answer)).toEqual([
      '/social_links/a~1b:unknown_field',
      '/social_links/github:host_not_allowed',
      '/social_links/linkdin:unknown_field',
      '/social_links/website:wrong_type',
    ])
  })

  it.each([
    ['DELETE', '/v1/me', { password: 'x' }, 'Did you mean "current_password"?'],
    ['PATCH', '/v1/me', { username: 'x' }, 'The call PUT /v1/me/username has it.'],
    ['PATCH', '/v1/me', { fullname: 'x' }, 'Did you mean "full_name"?'],
    ['PATCH', '/v1/me', { fullName: 'x' }, 'Did you mean "full_name"?'],
    ['PATCH', '/v1/me', { country: 'Kenya' }, 'The call PATCH /v1/me/profile has it.'],
    ['PATCH', '/v1/me/profile', { locale: 'de' }, 'The call PATCH /v1/me has it.'],
    ['PATCH', '/v1/me/profile', { social_links: { githup: 'x' } }, 'Did you mean "github"?'],
    ['PUT', '/v1/me/password', { old_password: 'x', new_password: 'y' }, 'Did you mean "new_password"?'],
    ['POST', '/v1/auth/login', { user_name: 'x', password: 'y' }, 'Did you mean "username"?'],
    ['POST', '/v1/auth/recovery', { email: 'x' }, 'Did you mean "identifier"?'],
    ['POST', '/v1/auth/recovery/verify', { phone_number: 'x', code: '1' }, 'Did you mean "identifier"?'],
    [
      'POST',
      '/v1/auth/recovery/reset',
      { recovery_token: 'x', password: 'y' },
      'Did you mean "new_password"?',
    ],
    ['PATCH', '/v1/me', { is_admin: true }, ''],
  ])('says which field or call is right: %s %s %j', async (method, path, given, advice) => {
    const answer = await server.client.send(method, path, JSON.stringify(given), person)
    const unknown = errorsOf(answer).find(({ code }) => code === 'unknown_field')
    expect(unknown?.detail).toBe(`This field is unknown. ${advice}`.trim())
  })
})
