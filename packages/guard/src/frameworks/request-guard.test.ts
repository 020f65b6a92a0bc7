import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accounts, startAccounts } from '../../tests/support/accounts.ts'
import { guard } from './next.ts'

let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
})
afterAll(async () => await accounts.issuer.stop())

describe('the guard of a service', () => {
  it('does not give a caller whom only another guard has admitted', async () => {
    const [ours, theirs] = [guard(accounts.options), guard(accounts.options)]
    const headers = { authorization: `Bearer ${accounts.maker.token({})}` }
    const route = theirs.requireUser()((request) => Response.json(ours.currentUser(request)))
    const request = new Request('https://service.example.org', { headers })
    await expect(route(request)).rejects.toThrow('This guard is not in front of the route.')
    await Promise.all([ours.close(), theirs.close()])
  })

  it.each([
    ['no guard', {}],
    ['a token for another audience', { claims: { aud: 'https://other.example.org' } }],
  ])('A71: shows no details if the request was not admitted: %s', async (_name, description) => {
    const ours = guard(accounts.options)
    const token = accounts.maker.token(description)
    accounts.issuer.describeUser(token, { username: 'amina' })
    const asked = accounts.issuer.count('me')
    const headers = { authorization: `Bearer ${token}` }
    const request = new Request('https://service.example.org', { headers })
    await expect(ours.fetchUser(request)).rejects.toThrow('This guard is not in front of the route.')
    expect(accounts.issuer.count('me')).toBe(asked)
    await ours.close()
  })

  it('does not start with a requirement that asks for nothing', () => {
    const ours = guard(accounts.options)
    expect(() => ours.requireRole()).toThrow(TypeError)
    expect(() => ours.requirePermission()).toThrow(TypeError)
    expect(() => ours.requireRecentSignIn({ maxAgeSeconds: 0 })).toThrow(TypeError)
  })
})
