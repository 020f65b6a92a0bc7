import { expect } from 'vitest'
import { InvalidJws, verifyCompact } from '../../src/platform/crypto/jws.ts'
import { makeTestKey } from './forged-tokens.ts'

/** The key whose tokens are accepted; a good header and payload, for a forgery to change in one point. */
export const ours = makeTestKey('key-1')
export const header = { alg: 'ES256', kid: ours.kid, typ: 'at+jwt' }
export const payload = { sub: 'ada', roles: ['user'] }

/** `asked` receives every kid that was looked for. */
export function verify(token: string, asked: string[] = []) {
  const findKey = async (kid: string) => {
    asked.push(kid)
    return kid === ours.kid ? ours.publicKey : null
  }
  return verifyCompact(token, { typ: 'at+jwt', findKey })
}

/** Refused for that reason, and before any key was looked for. */
export async function refuseUnasked(token: string, reason: RegExp) {
  const asked: string[] = []
  const error = await verify(token, asked).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InvalidJws)
  expect((error as InvalidJws).message).toMatch(reason)
  expect(asked).toEqual([])
}
