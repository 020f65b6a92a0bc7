import { describe, expect, it } from 'vitest'
import { KnownRevocations, type Revocation } from './known-revocations.ts'

const now = 1_800_000_000
const accountId = '01a1fc40-74e8-7000-8000-000000000001'
const sessionId = '01a1fc40-74e8-7000-8000-000000000002'
const otherId = '01a1fc40-74e8-7000-8000-000000000003'

function revocation(
  kind: string,
  change: Partial<Revocation> & { atSeconds?: number; lifeSeconds?: number } = {},
) {
  const { atSeconds = now, lifeSeconds = 900, ...rest } = change
  return {
    kind,
    session_id: null,
    account_id: null,
    role: null,
    kid: null,
    revoked_at: new Date(atSeconds * 1_000).toISOString(),
    expires_at: new Date((atSeconds + lifeSeconds) * 1_000).toISOString(),
    ...rest,
  } satisfies Revocation
}

function knowing(...revocations: readonly Revocation[]): KnownRevocations {
  const known = new KnownRevocations()
  for (const each of revocations) known.add(each, now)
  return known
}

const concerns = (
  known: KnownRevocations,
  issuedAtSeconds: number,
  { atSeconds = now, roles = ['user', 'admin'] } = {},
) => known.concern({ accountId, sessionId, roles, issuedAtSeconds }, atSeconds)

describe('a revocation', () => {
  it('of a session concerns its tokens, whenever they were issued, and no other', () => {
    const known = knowing(revocation('session', { session_id: sessionId, account_id: accountId }))
    expect(concerns(known, now - 1)).toBe(true)
    expect(concerns(known, now + 60)).toBe(true)
    const other = { accountId, sessionId: otherId, roles: [], issuedAtSeconds: now - 1 }
    expect(known.concern(other, now)).toBe(false)
    expect(known.concern({ ...other, sessionId: null }, now)).toBe(false)
  })

  it('of an account rounds its time down, because its sessions are listed too', () => {
    const known = knowing(revocation('account', { account_id: accountId, atSeconds: now + 0.7 }))
    expect(concerns(known, now - 1)).toBe(true)
    expect(concerns(known, now)).toBe(false)
  })

  it('of roles rounds its time up, because tokens with old roles are not listed', () => {
    const known = knowing(revocation('roles', { account_id: accountId, atSeconds: now + 0.2 }))
    expect(concerns(known, now)).toBe(true)
    expect(concerns(known, now + 1)).toBe(false)
    expect(known.concern({ accountId: otherId, sessionId, roles: [], issuedAtSeconds: now }, now)).toBe(false)
  })

  it('of a role concerns tokens that have it, with its time rounded up', () => {
    const known = knowing(revocation('role', { role: 'admin', atSeconds: now + 0.2 }))
    expect(concerns(known, now)).toBe(true)
    expect(concerns(known, now + 1)).toBe(false)
    expect(concerns(known, now, { roles: ['user', 'administrator'] })).toBe(false)
  })

  it('on a whole second does not concern a token of that second', () => {
    const known = knowing(
      revocation('roles', { account_id: accountId }),
      revocation('role', { role: 'admin' }),
    )
    expect(concerns(known, now - 1)).toBe(true)
    expect(concerns(known, now)).toBe(false)
  })

  it('A76: of a key that was withdrawn twice counts from the earlier time, in either order', () => {
    const soon = revocation('key', { kid: 'k1', atSeconds: now + 1 })
    const late = revocation('key', { kid: 'k1', atSeconds: now + 60 })
    for (const known of [knowing(soon, late), knowing(late, soon)])
      expect(known.hasRevokedKey('k1', now + 1)).toBe(true)
  })

  it('of a key concerns its tokens from that time on', () => {
    const known = knowing(revocation('key', { kid: 'k1', atSeconds: now + 10 }))
    expect(known.hasRevokedKey('k1', now + 9)).toBe(false)
    expect(known.hasRevokedKey('k1', now + 10)).toBe(true)
    expect(known.hasRevokedKey('k2', now + 10)).toBe(false)
  })

  it('is forgotten when it expires, and not taken up after that', () => {
    const all = [
      revocation('session', { session_id: sessionId }),
      revocation('account', { account_id: accountId }),
      revocation('role', { role: 'admin' }),
    ]
    for (const each of all) {
      const known = knowing(each)
      expect(concerns(known, now - 1, { atSeconds: now + 899 })).toBe(true)
      expect(concerns(known, now - 1, { atSeconds: now + 900 })).toBe(false)
    }
    const late = new KnownRevocations()
    for (const each of all) late.add(each, now + 900)
    expect(late.size).toBe(0)
  })

  it('that comes again after a later one does not undo the later one', () => {
    const early = { atSeconds: now - 60 }
    for (const known of [
      knowing(revocation('role', { role: 'admin' }), revocation('role', { role: 'admin', ...early })),
      knowing(
        revocation('roles', { account_id: accountId }),
        revocation('roles', { account_id: accountId, ...early }),
      ),
    ])
      expect(concerns(known, now - 1)).toBe(true)
  })

  it('changes the version, so that tokens that were checked before are checked again', () => {
    const known = new KnownRevocations()
    const { version } = known
    known.add(revocation('session', { session_id: sessionId }), now)
    expect(known.version).not.toBe(version)
  })

  it('of an erased account names no account', () => {
    const known = new KnownRevocations()
    expect(known.add(revocation('account'), now)).toBe(true)
    expect(known.size).toBe(0)
  })

  it('of an unknown kind is reported', () => {
    expect(new KnownRevocations().add(revocation('device'), now)).toBe(false)
  })

  it('that cannot be read is refused', () => {
    const known = new KnownRevocations()
    for (const bad of [
      revocation('session'),
      revocation('session', { session_id: 'no id' }),
      revocation('role'),
      revocation('key'),
      revocation('session', { session_id: sessionId, revoked_at: 'yesterday' }),
      revocation('session', { session_id: sessionId, expires_at: '' }),
    ])
      expect(() => known.add(bad, now), JSON.stringify(bad)).toThrow(TypeError)
  })
})
