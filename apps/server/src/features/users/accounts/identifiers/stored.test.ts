import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { password } from '../../../../../tests/support/password.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { guessPolicies } from '../../../safeguards/rate-limits/guesses/model.ts'
import { ProfileView } from '../../profiles/schema.ts'
import { MeView, UserView } from '../schema.ts'
import { recipientsOf } from './recipients.ts'

// Numbering plans, the tables of Unicode and our own rules change. What was stored under former rules stays.
const stored = {
  username: 'ⵣ\u0335',
  username_canonical: 'ⵣ\u0335',
  email: 'Someone@Intranet',
  email_canonical: 'someone@intranet',
  phone_number: '+22997123456',
}

const spellings: readonly Record<string, string>[] = [
  { username: 'ⵣ\u0335' },
  { identifier: ' ⵣ\u0335\u200b' },
  { email: 'someone@intranet' },
  { identifier: 'SOMEONE@INTRANET' },
  { phone_number: '+22997123456' },
  { identifier: '+229 97-12-34-56' },
  { identifier: '\u202a+٢٢٩٩٧١٢٣٤٥٦\u202c' },
  { identifier: '97 12 34 56' },
]

describe('the schema of an answer', () => {
  it('has no rule for texts that users once gave, which would make what is stored unreadable', () => {
    const ruled = [UserView, MeView, ProfileView].flatMap((view) => ruledTexts(view.properties, ''))
    // The server makes this address itself.
    expect(ruled).toEqual(['/image_url'])
  })
})

/** The fields that may be null, because their user may leave them out, and are checked by more than their type. */
function ruledTexts(properties: object, at: string): string[] {
  return Object.entries(properties).flatMap(([name, schema]: [string, Ruled]) => {
    const isRuled = (schema.anyOf ?? []).some((branch) =>
      Object.keys(branch).some((key) => !['type', 'description'].includes(key)),
    )
    return [...(isRuled ? [`${at}/${name}`] : []), ...ruledTexts(schema.properties ?? {}, `${at}/${name}`)]
  })
}

interface Ruled {
  readonly anyOf?: readonly object[]
  readonly properties?: object
}

describe.each(engines)('an identifier that today could not be registered, on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let id: AccountId
  beforeAll(async () => {
    const env = { PROXIMA_DEFAULT_REGION: 'BJ', PROXIMA_LIMITS: 'on' }
    server = await startTestServer(engine, { env })
    services = openServices(server)
    const registered = await server.client.register({
      username: 'amina',
      email: 'amina@example.org',
      phone_number: '+2290197123456',
      password,
    })
    id = registered.body.id as AccountId
    await services.db.updateTable('accounts').set(stored).where('id', '=', id).execute()
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it.each(spellings)('signs in as %j', async (spelt) => {
    const answer = await server.client.login({ ...spelt, password })
    expect(answer.status).toBe(200)
    expect(answer.body.user).toMatchObject({
      id,
      username: stored.username,
      email: stored.email,
      phone_number: stored.phone_number,
    })
  })

  it.each([
    ['username', stored.username, 'too_short'],
    ['email', stored.email, 'email_domain_invalid'],
    ['phone_number', stored.phone_number, 'phone_number_invalid'],
  ])('is taken as a %s, and cannot be registered', async (field, text, code) => {
    const query = new URLSearchParams({ [field]: text }).toString()
    const availability = await server.client.get(`/v1/auth/availability?${query}`)
    expect(availability.body).toStrictEqual({ available: false, reason: `${field}_taken` })
    const answer = await server.client.register({ [field]: text })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code }])
  })

  it('is found by its owner and by an operator, and messages reach it', async () => {
    for (const text of [stored.username, stored.email, stored.phone_number])
      expect((await services.identifiers.lookUp(text)).account?.id, text).toBe(id)
    const account = await services.accounts.get(services.db, id)
    expect(recipientsOf(account)).toMatchObject([
      { channel: 'mail', address: stored.email, countedAs: stored.email_canonical },
      { channel: 'sms', address: stored.phone_number, countedAs: stored.phone_number },
    ])
  })

  it('is found in the form that is typed if the canonical form of its line has changed since, and only then', async () => {
    const register = async (number: string) =>
      (await server.client.register({ phone_number: number, password })).body.id as AccountId
    const older = await register('+54 11 2345 6789')
    const change = { phone_number: '+541123456789' }
    await services.db.updateTable('accounts').set(change).where('id', '=', older).execute()
    const ownerOf = async (text: string) => (await services.identifiers.lookUp(text)).account?.id
    expect(await ownerOf('+54 11 2345-6789')).toBe(older)
    const newer = await register('+54 9 11 2345 6789')
    expect(newer).not.toBe(older)
    expect([await ownerOf('+54 11 2345-6789'), await ownerOf('+54 9 11 2345-6789')]).toEqual([newer, newer])
  })

  it('is shown as it is stored, with a profile of former rules', async () => {
    const { body: login } = await server.client.login({ username: stored.username, password })
    const token = String(login.access_token)
    await server.client.patch('/v1/me/profile', { country: 'KE' }, { token })
    const former = { country: 'A1', github: 'http://github.example/ada lovelace', website: 'ftp://ada' }
    await services.db.updateTable('profiles').set(former).where('account_id', '=', id).execute()
    await services.db.updateTable('accounts').set({ locale: 'sw_KE!' }).where('id', '=', id).execute()
    const profile = await server.client.get('/v1/me/profile', { token })
    expect(profile.body).toMatchObject({
      country: 'A1',
      country_name: 'A1',
      social_links: { github: former.github, website: former.website },
    })
    const changed = await server.client.patch('/v1/me/profile', { occupation: 'Nurse' }, { token })
    expect(changed.body).toMatchObject({ occupation: 'Nurse', country: 'A1' })
    expect((await server.client.patch('/v1/me', { given_name: 'Amina' }, { token })).body.locale).toBe(
      'sw_KE!',
    )
    expect((await server.client.get('/v1/me/export', { token })).status).toBe(200)
  })

  it('has one budget of guesses in all of its spellings', async () => {
    const { freeGuesses } = guessPolicies.password
    const ofNumber = spellings.filter((spelt) => /\p{Nd}/u.test(Object.values(spelt).join('')))
    expect(ofNumber.length).toBeGreaterThan(3)
    const statuses = async (given: string) => {
      const answers = []
      for (const spelt of ofNumber)
        answers.push((await server.client.login({ ...spelt, password: given })).status)
      return answers
    }
    const rounds = Math.floor(freeGuesses / ofNumber.length)
    for (let round = 0; round < rounds; round++)
      expect(new Set(await statuses(`wrong ${round}`))).toEqual(new Set([401]))
    for (let guess = rounds * ofNumber.length; guess < freeGuesses; guess++)
      await server.client.login({ ...ofNumber[0], password: 'wrong' })
    expect(new Set(await statuses(password))).toEqual(new Set([429]))
  })
})
