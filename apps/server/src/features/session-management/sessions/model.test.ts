import { describe, expect, it } from 'vitest'
import { type ClientId, newId } from '../../../platform/kernel/ids.ts'
import { type AuthenticationMethod, amrOf, narrowedTo } from './model.ts'

/** What each method alone proves, as a token says it. */
const alone: Record<AuthenticationMethod, string[]> = {
  password: ['pwd'],
  user_secret: ['user_secret'],
  passkey: ['swk', 'user', 'mfa'],
  totp: ['otp'],
  recovery_code: ['recovery_code'],
  email_code: ['email'],
  sms_code: ['sms'],
  federated: ['federated'],
  trusted_device: [],
  client_secret: ['client_secret'],
  private_key_jwt: ['private_key_jwt'],
  impersonation: ['impersonation'],
}
const known = Object.keys(alone) as AuthenticationMethod[]
const methods = known.filter((method) => method !== 'trusted_device')
const secondFactors: readonly AuthenticationMethod[] = ['totp', 'recovery_code', 'sms_code']

describe('the methods of a sign-in', () => {
  it.each(known)('%s alone is multi-factor only if it is a passkey', (method) => {
    expect(amrOf([method])).toEqual(alone[method])
  })

  it.each(methods)(
    'a second factor makes a sign-in with %s multi-factor, and a mailbox does not',
    (method) => {
      const isSecondFactor = secondFactors.includes(method)
      for (const factor of secondFactors)
        if (factor !== method) expect(amrOf([method, factor])).toContain('mfa')
      expect(amrOf([method, 'email_code']).includes('mfa')).toBe(isSecondFactor || method === 'passkey')
    },
  )

  it('say nothing of a trusted device, which proves nothing', () => {
    expect(amrOf(['password', 'trusted_device'])).toEqual(['pwd'])
    expect(amrOf(['email_code', 'trusted_device'])).toEqual(['email'])
  })

  it('are added to those that the session has, once each, and stay multi-factor', () => {
    expect(amrOf(['totp'], ['pwd'])).toEqual(['pwd', 'otp', 'mfa'])
    expect(amrOf(['password'], ['pwd'])).toEqual(['pwd'])
    expect(amrOf(['password'], ['pwd', 'mfa'])).toEqual(['pwd', 'mfa'])
    expect(amrOf(['totp'], ['pwd', 'otp', 'mfa'])).toEqual(['pwd', 'otp', 'mfa'])
  })
})

describe('what an owner may do in the session of a client', () => {
  const grants = { roles: ['auditor'], permissions: ['users:read', 'audit:read'] as const }
  const client_id = newId<ClientId>()

  it('is everything, if it is the session of no client', () => {
    expect(narrowedTo({ client_id: null, client_scope: null, scope: null }, grants)).toEqual(grants)
  })

  it('is what the client may do now and has asked for', () => {
    const allowedWith = (client_scope: string | null, scope: string | null) =>
      narrowedTo({ client_id, client_scope, scope }, grants).permissions
    expect(allowedWith('users:read audit:read', null)).toEqual(['users:read', 'audit:read'])
    expect(allowedWith('users:read audit:read', 'audit:read')).toEqual(['audit:read'])
    expect(allowedWith('users:read', 'users:read audit:read')).toEqual(['users:read'])
    expect(allowedWith('users:read', '')).toEqual([])
  })

  it('I2: is nothing, if the client is there no more', () => {
    expect(narrowedTo({ client_id, client_scope: null, scope: null }, grants).permissions).toEqual([])
    expect(narrowedTo({ client_id, client_scope: null, scope: 'users:read' }, grants).permissions).toEqual([])
  })
})
