import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { makeTestKey } from '../../../../tests/support/forged-tokens.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { type AccountId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import type { TokenSubject } from './model.ts'
import { TokensService } from './service.ts'

it('A77: a token is issued as of the time before its roles were read, however long that takes', async () => {
  const key = makeTestKey('key-1')
  const clock = new FrozenClock()
  const issuer = () => 'https://id.example.org'
  const keys = { signingKey: async () => key, verificationKey: async () => key.publicKey }
  const tokens = new TokensService({ keys, clock, issuer, audience: issuer, ttlSeconds: 900 })
  const rolesReadAt = tokens.beforeRoles()
  clock.advance(3)
  const { token, expiresInSeconds } = await tokens.issueAccessToken({
    account: {} as TokenSubject['account'],
    ...{ accountId: newId<AccountId>(), sessionId: newId<SessionId>(), clientId: null },
    ...{ roles: ['user'], permissions: [], rolesReadAt },
    authentication: { amr: ['pwd'], authenticatedAt: rolesReadAt },
    sessionEndsAt: new Date('2100-01-01T00:00:00Z'),
  })
  const { iat = 0, exp } = decodeJwt(token)
  expect(iat).toBe(Math.floor(rolesReadAt.getTime() / 1000))
  expect(exp).toBe(iat + 900)
  expect(expiresInSeconds).toBe(897)
})
