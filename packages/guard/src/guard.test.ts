import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Accounts, startAccounts } from '../tests/support/accounts.ts'
import { Guard } from './guard.ts'

let accounts: Accounts
let guard: Guard
beforeAll(async () => {
  accounts = await startAccounts()
  guard = new Guard(accounts.options)
})
afterAll(async () => {
  await guard.close()
  await accounts.issuer.stop()
})

describe('the guard', () => {
  it('asks about a session code and an API key, whatever characters they have', async () => {
    const { issuer, maker } = accounts
    const { accountId } = maker.person()
    const claims = { iss: issuer.url, aud: issuer.audience, sub: accountId, client_id: 'proxima', roles: [] }
    // A session code is base64url (RFC 4648 §5), which has "-" and "_".
    for (const code of [`pxs_${'-_aZ'.repeat(10)}-_0`, `pxs_${'_'.repeat(43)}`, `pxk_${'aZ09'.repeat(9)}`]) {
      issuer.describe(code, { active: true, token_type: 'Bearer', ...claims })
      expect(await guard.authorize(`Bearer ${code}`)).toMatchObject({ id: accountId })
    }
  })

  it('asks about nothing that cannot be a session code or an API key', async () => {
    const { issuer } = accounts
    const asked = issuer.count('introspection')
    for (const other of [
      'x',
      'pxs_',
      'pxs_short',
      'pxr_'.padEnd(47, 'x'),
      'pxs_'.padEnd(200, 'x'),
      'pxs_ä'.padEnd(47, 'x'),
      'pxs_.'.padEnd(47, 'x'),
    ])
      await expect(async () => await guard.authorize(`Bearer ${other}`)).rejects.toMatchObject({
        code: 'invalid_token',
      })
    expect(issuer.count('introspection')).toBe(asked)
  })

  it('A77: asks again about a session code after a change of roles, although its clock is ahead', async () => {
    const { issuer, maker, options } = accounts
    const patient = new Guard({ ...options, introspectionCacheSeconds: 600 })
    const { accountId } = maker.person()
    const code = `pxs_${'c'.repeat(43)}`
    const describeWith = (roles: readonly string[]) => {
      const claims = { iss: issuer.url, aud: issuer.audience, sub: accountId, client_id: 'proxima', roles }
      issuer.describe(code, { active: true, token_type: 'Bearer', ...claims })
    }
    describeWith(['admin'])
    expect(await patient.authorize(`Bearer ${code}`)).toMatchObject({ roles: ['admin'] })
    describeWith([])
    // The clock of the server is two seconds behind.
    const [revoked_at, expires_at] = [-2, 900].map((seconds) =>
      new Date(Date.now() + seconds * 1_000).toISOString(),
    )
    const event = { kind: 'roles', session_id: null, account_id: accountId, role: null, kid: null }
    issuer.feed.record([{ ...event, revoked_at, expires_at }])
    await vi.waitFor(async () =>
      expect(await patient.authorize(`Bearer ${code}`)).toMatchObject({ roles: [] }),
    )
    await patient.close()
  })

  it('answers without a promise for a token that it has seen, and never for another', async () => {
    const authorization = `Bearer ${accounts.maker.token({ person: 'again' })}`
    expect(guard.authorize(authorization)).toBeInstanceOf(Promise)
    await guard.authorize(authorization)
    expect(guard.authorize(authorization)).not.toBeInstanceOf(Promise)
    expect(() => guard.authorize(authorization, { kind: 'role', anyOf: ['admin'] })).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    )
  })
})
