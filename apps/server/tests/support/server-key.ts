import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'
import { Sealer } from '../../src/platform/crypto/sealing.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type { TestKey } from './forged-tokens.ts'
import { testSecret } from './test-server.ts'

/** Reads the signing key of a test server from its database, and opens it with the master secret. */
export async function openServerKey(db: Database): Promise<TestKey & { readonly jwk: JsonWebKey }> {
  const row = await db
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  const context = { purpose: 'signing_keys.private_jwk', id: row.kid }
  const jwk = JSON.parse(
    new Sealer({ current: testSecret }).open(row.private_jwk_sealed, context),
  ) as JsonWebKey
  const privateObject = createPrivateKey({ key: jwk, format: 'jwk' })
  const publicObject = createPublicKey(privateObject)
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  return {
    kid: row.kid,
    privateKey: privateObject,
    publicKey: publicObject.toCryptoKey(ecdsa, true, ['verify']),
    publicObject,
    jwk,
  }
}
