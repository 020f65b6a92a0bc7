import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { EmailRule } from '../../../../platform/config/providers/model.ts'
import { appleSecret } from './client-secret.ts'
import { vouchesFor } from './emails.ts'

const anyone: EmailRule = { by: 'domains', domains: null }
const own: EmailRule = { by: 'domains', domains: ['example.org'] }
const [google, microsoft, nobody] = [{ by: 'google' }, { by: 'microsoft' }, { by: 'nobody' }] as const

describe('the word of a provider for an address', () => {
  it.each([
    [anyone, { email: 'a@example.com', email_verified: true }, true],
    [anyone, { email: 'a@example.com', email_verified: 'true' }, true],
    [anyone, { email: 'a@example.com', email_verified: false }, false],
    [anyone, { email: 'a@example.com', email_verified: 'false' }, false],
    [anyone, { email: 'a@example.com' }, false],
    [anyone, { email: ['a@example.com'], email_verified: true }, false],
    [own, { email: 'a@EXAMPLE.org', email_verified: true }, true],
    [own, { email: 'a@example.com', email_verified: true }, false],
    [own, { email: '"a@example.org"@example.com', email_verified: true }, false],
    [own, { email: 'a@example.org.evil.example', email_verified: true }, false],
    [google, { email: 'a@gmail.com', email_verified: true }, true],
    [google, { email: 'a@example.com', email_verified: true }, false],
    [google, { email: 'a@example.com', email_verified: true, hd: 'example.com' }, true],
    [google, { email: 'a@example.com', email_verified: false, hd: 'example.com' }, false],
    [microsoft, { email: 'a@example.com', email_verified: true }, false],
    [microsoft, { email: 'a@example.com', xms_edov: true }, true],
    [microsoft, { email: 'a@example.com', xms_edov: '0' }, false],
    [nobody, { email: 'a@example.com', email_verified: true }, false],
  ])('A11: %o of %o: %s', (rule, claims, counts) => {
    expect(vouchesFor(rule, claims)).toBe(counts)
  })
})

describe('the client secret of Apple', () => {
  it('is a token that the key of the team signs, for five minutes', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const now = new Date('2026-01-01T00:00:00Z')
    const secret = appleSecret(
      { clientId: 'org.example', teamId: 'TEAM', keyId: 'KEY', privateKey: pem },
      now,
    )
    const checks = { issuer: 'TEAM', audience: 'https://appleid.apple.com', currentDate: now }
    const { payload, protectedHeader } = await jwtVerify(secret, createPublicKey(privateKey), checks)
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'KEY' })
    expect(payload).toMatchObject({ sub: 'org.example', exp: now.getTime() / 1_000 + 300 })
  })
})
