import { sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { base64url, forge, makeTestKey, signRaw } from '../../../../tests/support/forged-tokens.ts'
import { audience, Forger, issuer } from '../../../../tests/support/forger.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const stranger = makeTestKey('stranger')
/** How many points P-256 has (NIST SP 800-186 §3.2.1.3): both numbers of a signature lie below it. */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

describe.each(engines)('an access token with forged claims on $name', (engine) => {
  let forger: Forger
  beforeAll(async () => {
    forger = await Forger.start(engine)
  })
  afterAll(async () => await forger?.server.close())

  const statusOf = async (token: string) => (await forger.server.client.me(token)).status

  it('is accepted without a difference', async () => {
    expect(await statusOf(forger.withClaims({}))).toBe(200)
  })

  it('A71, I10: is refused from another issuer', async () => {
    const near = [`${issuer}/`, `${issuer}.evil.example`, issuer.slice(0, -1), issuer.toUpperCase()]
    const others = ['http://id.example.org', forger.server.url, audience, '', [issuer], null, undefined]
    await forger.expectClaimsRefused([...near, ...others].map((iss) => ({ iss })))
  })

  it('A71: is refused for another audience, and for ours among several', async () => {
    const near = [
      `${audience}/`,
      `${audience}.evil.example`,
      audience.slice(0, -1),
      issuer,
      forger.server.url,
    ]
    const lists = [[audience], [audience, 'https://other.example.org'], []]
    await forger.expectClaimsRefused(
      [...near, ...lists, '*', '', {}, null, undefined].map((aud) => ({ aud })),
    )
  })

  it('A71: is refused if it was issued to another application', async () => {
    const clients = ['', 'other', 'PROXIMA', ['proxima'], null, undefined]
    await forger.expectClaimsRefused(clients.map((client_id) => ({ client_id })))
  })

  it('A72: is refused if a time is invalid', async () => {
    const soon = forger.nowSeconds + 60
    for (const name of ['exp', 'iat', 'nbf']) {
      const values = [`${soon}`, -1, soon + 0.5, 2 ** 53, [soon], {}, true, null]
      await forger.expectClaimsRefused(values.map((value) => ({ [name]: value })))
      const infinite = JSON.stringify({ ...forger.claims, [name]: '?' }).replace('"?"', '1e400')
      await forger.expectRefused(forge(forger.header(), infinite, forger.key), `${name} 1e400`)
    }
    await forger.expectClaimsRefused([{ exp: undefined }, { iat: undefined }])
  })

  it('A72: is refused before its time and after it', async () => {
    const now = forger.nowSeconds
    await forger.expectClaimsRefused([{ iat: now + 61 }, { nbf: now + 61 }, { iat: 2 ** 50 }])
    for (const exp of [0, now - 1, now]) {
      const { status, body } = await forger.server.client.me(forger.withClaims({ exp }))
      expect([status, body.code]).toEqual([401, 'token_expired'])
    }
  })

  it('A73: is refused if a member is repeated, or the JSON is not strict', async () => {
    const claims = JSON.stringify(forger.claims)
    const twice = claims.replace('"sub"', `"sub":"${newId()}","sub"`)
    const odd = [`\ufeff${claims}`, `[${claims}]`, claims.slice(0, -1), `${claims}x`, '""', 'null', '']
    for (const text of [twice, ...odd])
      await forger.expectRefused(forge(forger.header(), text, forger.key), text.slice(0, 20))
    const header = JSON.stringify(forger.header()).replace('"alg"', '"alg":"none","alg"')
    await forger.expectRefused(forge(header, forger.claims, forger.key), 'two alg')
  })

  it('A73: is refused in base64url that is not canonical', async () => {
    const [head = '', body = '', signature = ''] = forger.withClaims({}).split('.')
    // One byte past a multiple of three, and with characters that the two alphabets write differently.
    const uneven = JSON.stringify({ ...forger.claims, x: '>>>>>' }).padEnd(1_000)
    const standard = Buffer.from(uneven).toString('base64')
    expect(standard).toMatch(/\+.*==$/)
    const good = base64url(uneven)
    expect(await statusOf(forger.signed(`${head}.${good}`))).toBe(200)
    for (const text of [
      standard,
      standard.replaceAll('=', ''),
      `${good}==`,
      `${good}\u00a0`,
      strayBits(good),
    ])
      await forger.expectRefused(forger.signed(`${head}.${text}`), text.slice(-10))
    for (const text of [`${head}=`, `${head}\u00a0`])
      await forger.expectRefused(forger.signed(`${text}.${body}`))
    for (const text of [strayBits(signature), `${signature}==`])
      await forger.expectRefused(`${head}.${body}.${text}`, text)
  })

  it('A74: is refused unless its signature is 64 bytes by this key over this text', async () => {
    const input = forger.withClaims({}).replace(/\.[^.]*$/, '')
    const right = signRaw(input, forger.key)
    const [zero, one] = [Buffer.alloc(32), Buffer.alloc(32)]
    one[31] = 1
    const numbers = [zero, one, Buffer.from(groupOrder.toString(16), 'hex'), Buffer.alloc(32, 0xff)]
    const pairs = numbers.flatMap((r) => [...numbers, right.subarray(32)].map((s) => Buffer.concat([r, s])))
    const lengths = [Buffer.alloc(0), right.subarray(0, 63), right.subarray(1), Buffer.concat([right, zero])]
    const der = sign('sha256', Buffer.from(input), forger.key.privateKey)
    const others = [signRaw(`${input}x`, forger.key), signRaw(input, stranger), Buffer.from(right).reverse()]
    expect(await statusOf(`${input}.${right.toString('base64url')}`)).toBe(200)
    for (const bytes of [...pairs, ...lengths, der, ...others])
      await forger.expectRefused(`${input}.${bytes.toString('base64url')}`, bytes.toString('hex'))
  })

  it('A74: gains nothing from the other value of s, which is also valid', async () => {
    const token = forger.withClaims({})
    const bytes = Buffer.from(token.replace(/^.*\./, ''), 'base64url')
    const other = groupOrder - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
    bytes.write(other.toString(16).padStart(64, '0'), 32, 'hex')
    const mirrored = token.replace(/[^.]*$/, bytes.toString('base64url'))
    expect(mirrored).not.toBe(token)
    const me = await forger.server.client.me(mirrored)
    expect(me.body).toMatchObject({ id: forger.person.id, roles: ['user'] })
  })

  it('is refused for a session or an owner that does not exist', async () => {
    const { id, sessionId } = forger.person
    const sessions = [
      newId(),
      sessionId.toUpperCase(),
      id,
      '',
      '%',
      "' or '1'='1",
      [sessionId],
      null,
      undefined,
    ]
    await forger.expectClaimsRefused(sessions.map((sid) => ({ sid })))
    const owners = ['', 'amina', id.toUpperCase(), 7, [id], null, undefined]
    await forger.expectClaimsRefused(owners.map((sub) => ({ sub })))
  })

  it('A33: is refused if its session belongs to another account', async () => {
    const other = await newPerson(forger.server.client)
    await forger.expectClaimsRefused([{ sub: other.id }])
  })

  it('A77: gets the current roles, whatever it claims', async () => {
    for (const claims of [{ roles: ['admin'] }, { admin: true, scope: 'admin' }]) {
      const me = await forger.server.client.me(forger.withClaims(claims))
      expect(me.body).toMatchObject({ id: forger.person.id, roles: ['user'] })
    }
  })
})

/** The same bytes in another spelling: a spare bit of the last character is set. */
function strayBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) + 1]
}
