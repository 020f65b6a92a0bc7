import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { codeSentTo } from '../../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/contacts'

describe.each(engines)('the page of contacts on $name', (engine) => {
  let server: TestServer
  let number = 0
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    number += 1
    const email = `owner-${number}@example.com`
    const { secret, id } = await newPerson(server.client, { email })
    return { id, email, visitor: await PageVisitor.signIn(server, { user_secret: secret }) }
  }

  it('confirms the address that the account has', async () => {
    const { visitor, email } = await newOwner()
    expect(await visitor.read(path)).toContain('Not confirmed')
    const sent = await visitor.send(`${path}/email/verification`)
    expect(sent.headers.get('location')).toBe(`${path}?verify=email`)
    expect(await visitor.read(`${path}?verify=email`)).toContain(`${path}/email/verification/confirm`)
    const wrong = await visitor.send(`${path}/email/verification/confirm`, { code: '000000' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('This code does not match.')
    const code = await codeSentTo(server.client, email)
    const answer = await visitor.send(`${path}/email/verification/confirm`, { code })
    expect(answer.headers.get('location')).toBe(`${path}?done=contact_verified`)
    expect(await visitor.read(path)).toContain('badge-ok')
  })

  it('changes the address only after its code, and says how to undo it', async () => {
    const { visitor, email } = await newOwner()
    await visitor.send(`${path}/email/verification`)
    await visitor.send(`${path}/email/verification/confirm`, { code: await codeSentTo(server.client, email) })
    const next = `next-${number}@example.com`
    expect((await visitor.send(`${path}/email`, { email: next })).headers.get('location')).toBe(path)
    const pending = await visitor.read(path)
    expect(pending).toContain('Confirm your new email')
    expect(pending).toContain(`<b>${next}</b>`)
    const answer = await visitor.send(`${path}/email/confirm`, {
      code: await codeSentTo(server.client, next),
    })
    expect(answer.headers.get('location')).toBe(`${path}?done=contact_changed`)
    const changed = await visitor.read(path)
    expect(changed).not.toContain('Confirm your new email')
    expect(changed).toMatch(new RegExp(`From <bdi class="ltr">${email}</bdi> to <bdi class="ltr">${next}`))
  })

  it('keeps the old address if its owner wants that, and the code then proves nothing', async () => {
    const { visitor, email } = await newOwner()
    const next = `unwanted-${number}@example.com`
    await visitor.send(`${path}/email`, { email: next })
    const code = await codeSentTo(server.client, next)
    const kept = await visitor.send(`${path}/email/keep`)
    expect(kept.headers.get('location')).toBe(`${path}?done=contact_kept`)
    expect(await visitor.read(path)).not.toContain(next)
    expect((await visitor.send(`${path}/email/confirm`, { code })).status).toBe(422)
    expect(await visitor.read(path)).toContain(email)
    expect((await visitor.send(`${path}/email/keep`)).status).toBe(303)
  })

  it('shows a change that waits for an hour, and not a second longer', async () => {
    const { visitor } = await newOwner()
    const next = `slow-${number}@example.com`
    await visitor.send(`${path}/email`, { email: next })
    server.clock.advance(3_599)
    expect(await visitor.read(path)).toContain(`<b>${next}</b>`)
    server.clock.advance(1)
    expect(await visitor.read(path)).not.toContain(next)
  })

  it('adds a phone number, and says in the words of the reader why one is refused', async () => {
    const { visitor } = await newOwner()
    const refused = await visitor.send(`${path}/phone`, { phone_number: '12' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toMatch(/value="12"[\s\S]*phone_number-error/)
    expect((await visitor.send(`${path}/phone`, { phone_number: '+254722000111' })).status).toBe(303)
    expect(await visitor.read(path)).toContain('+254722000111')
  })

  it('I8: asks for a proof if the sign-in is not recent, and keeps what was typed without one', async () => {
    const { visitor } = await newOwner()
    server.clock.advance(600)
    expect(await visitor.read(`${path}/email`)).toContain('name="user_secret"')
    const answer = await visitor.send(`${path}/email`, { email: 'typed@example.com' })
    expect(answer.status).toBe(403)
    const text = await answer.text()
    expect(text).toContain('href="/account/confirm"')
    expect(text).toContain('name="email" value="typed@example.com"')
  })
})

describe.each(engines)('an account that must confirm a contact on $name', (engine) => {
  it('I7: sees only its overview and its contacts until it has done so', async () => {
    const server = await startTestServer(engine, { env: { PROXIMA_VERIFICATION: 'required' } })
    try {
      const email = 'unconfirmed@example.com'
      const { secret } = await newPerson(server.client, { email })
      const visitor = await PageVisitor.signIn(server, { user_secret: secret })
      const overview = await visitor.read('/account')
      expect(overview).toContain('Confirm your email or phone first')
      expect(overview).not.toContain('href="/account/security"')
      for (const path of ['/account/security', '/account/sessions', '/account/security/password'])
        expect((await visitor.open(path)).headers.get('location')).toBe('/account/contacts')
      expect((await visitor.send('/account/sessions/others/end')).status).toBe(403)
      const code = await codeSentTo(server.client, email)
      await visitor.send('/account/contacts/email/verification/confirm', { code })
      expect((await visitor.open('/account/security')).status).toBe(200)
    } finally {
      await server.close()
    }
  })
})
