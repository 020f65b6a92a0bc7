import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Accounts, startAccounts } from '../tests/support/accounts.ts'
import { Guard } from './guard.ts'
import type { GuardOptions } from './settings.ts'

let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
})
beforeEach(() => {
  accounts.warnings.length = 0
})
afterAll(async () => await accounts.issuer.stop())

async function isRefused(credentials: readonly string[], options: Partial<GuardOptions>): Promise<void> {
  const guard = new Guard({ ...accounts.options, ...options })
  for (const credential of credentials)
    await expect(guard.authorize(`Bearer ${credential}`)).rejects.toMatchObject({ code: 'invalid_token' })
  await guard.close()
}

const twoTokens = () => ['one', 'two'].map((person) => accounts.maker.token({ person }))

describe('the log of a guard that refuses good tokens because of its settings', () => {
  it('says once that the issuer differs, even by a slash only', async () => {
    const { url } = accounts.issuer
    await isRefused(twoTokens(), { issuer: `${url}/` })
    expect(accounts.warnings).toEqual([
      `A token of Proxima was refused: its issuer is "${url}", and the setting issuer is "${url}/". Set it exactly as PROXIMA_PUBLIC_URL.`,
    ])
  })

  it('says once that the audience differs', async () => {
    const { audience } = accounts.issuer
    await isRefused(twoTokens(), { audience: 'notes' })
    expect(accounts.warnings).toEqual([
      `A token of Proxima was refused: its audience is "${audience}", and the setting audience is "notes". If this service should accept it, set audience exactly as PROXIMA_AUDIENCE.`,
    ])
  })

  it('says it for a session code, too', async () => {
    const { issuer, maker } = accounts
    const code = 'pxs_'.padEnd(47, 'c')
    const { accountId: sub } = maker.person()
    const claims = { iss: issuer.url, aud: issuer.audience, sub, client_id: 'proxima', roles: [] }
    issuer.describe(code, { active: true, token_type: 'Bearer', ...claims })
    await isRefused([code], { issuer: `${issuer.url}/` })
    expect(accounts.warnings[0]).toContain(`its issuer is "${issuer.url}"`)
  })

  it('has nothing that only a caller says (CWE-117)', async () => {
    const [header, , signature] = accounts.maker.token({ person: 'one' }).split('.')
    const claims = Buffer.from(JSON.stringify({ iss: 'made up', aud: 'made up' })).toString('base64url')
    await isRefused([`${header}.${claims}.${signature}`], {})
    expect(accounts.warnings).toEqual([])
  })
})
