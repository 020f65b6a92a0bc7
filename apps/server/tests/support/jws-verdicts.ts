import { expect } from 'vitest'
import { InvalidJws, verifyCompact } from '../../src/platform/crypto/jws.ts'
import { makeTestKey } from './forged-tokens.ts'

/** The key of accepted tokens, and a valid header and payload. A forgery changes them in one point. */
export const ourKey = makeTestKey('key-1')
export const header = { alg: 'ES256', kid: ourKey.kid, typ: 'at+jwt' }
export const payload = { sub: 'ada', roles: ['user'] }

/** Verifies a token. `asked` receives every kid that is looked up. */
export function verify(token: string, asked: string[] = []) {
  const findKey = async (kid: string) => {
    asked.push(kid)
    return kid === ourKey.kid ? ourKey.publicKey : null
  }
  return verifyCompact(token, { typ: 'at+jwt', findKey })
}

/** Expects that the token is refused for that reason, before any key is looked up. */
export async function expectRefusedBeforeKey(token: string, reason: RegExp) {
  const asked: string[] = []
  const error = await verify(token, asked).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InvalidJws)
  expect((error as InvalidJws).message).toMatch(reason)
  expect(asked).toEqual([])
}
