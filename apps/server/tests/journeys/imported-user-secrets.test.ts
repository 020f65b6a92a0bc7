import { randomBytes, randomUUID } from 'node:crypto'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readImportedSecret } from '../../src/features/authenticators/user-secrets/imported-secret.ts'
import { digestSecret } from '../../src/platform/crypto/digests.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** As python3-bcrypt wrote it for the part after the dot, which is `pass123`. */
const ofPython = '$2b$12$pjQfo5rveDqsDDY2C1HQAuBtNs.W4QyLYFyRKQWnyEKzIuhGCe5Eu'

describe.each(engines)('a user whose secret another system made, on $name', (engine) => {
  let server: TestServer
  let db: Database
  beforeAll(async () => {
    server = await startTestServer(engine)
    db = openDatabase(server.databaseUrl)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  const statusOf = async (secret: string) =>
    (await server.client.post('/v1/auth/token', { user_secret: secret, mode: 'token' })).status

  async function arrives(username: string, keyId: string | null, value: string, isPlain = false) {
    const { body } = await server.client.register({ username })
    const imported = readImportedSecret({ keyId, value, isPlain })
    if (imported.kind === 'refused') throw new Error(imported.reason)
    const { digest, importedHash } = imported.stored
    await db
      .updateTable('user_secrets')
      .set({ digest, key_id: imported.stored.keyId, imported_hash: importedHash })
      .where('account_id', '=', body.id)
      .execute()
    const columns = ['digest', 'imported_hash'] as const
    return async () =>
      await db
        .selectFrom('user_secrets')
        .select(columns)
        .where('account_id', '=', body.id)
        .executeTakeFirstOrThrow()
  }

  it('signs in with a key id and a secret that is stored as bcrypt; afterwards a digest is stored', async () => {
    const keyId = randomUUID()
    const stored = await arrives('amina', keyId, ofPython)
    for (const wrong of [
      `${keyId}.pass124`,
      `${randomUUID()}.pass123`,
      'pass123',
      `${keyId}.`,
      `.pass123`,
      keyId,
    ])
      expect(await statusOf(wrong), wrong).toBe(401)
    expect(await stored()).toEqual({ digest: null, imported_hash: ofPython })
    const logins = Array.from({ length: 3 }, () => statusOf(`${keyId}.pass123`))
    expect(await Promise.all(logins)).toEqual([200, 200, 200])
    expect(await stored()).toEqual({ digest: digestSecret('pass123'), imported_hash: null })
    expect(await statusOf(`${keyId}.pass123`)).toBe(200)
    // The digest of the part after the dot is not one of a whole secret.
    expect(await statusOf('pass123')).toBe(401)
    expect(await statusOf(`${randomUUID()}.pass123`)).toBe(401)
  })

  it('signs in with a key id and a secret that is stored as SHA-256', async () => {
    const [keyId, secret] = [randomUUID(), randomBytes(32).toString('base64url')]
    const hex = Buffer.from(digestSecret(secret), 'base64url').toString('hex')
    await arrives('baraka', keyId, hex)
    expect(await statusOf(`${keyId}.${secret}`)).toBe(200)
    expect(await statusOf(secret)).toBe(401)
  })

  it('signs in with a secret that was stored in plain, even if it looks like a hash', async () => {
    const plain = await bcryptHash(randomBytes(32).toString('base64'), 4)
    await arrives('chege', null, plain, true)
    expect(await statusOf(plain)).toBe(200)
    expect(await statusOf(`${plain} `)).toBe(401)
  })
})

describe('the secret of another system', () => {
  const refusal = (keyId: string | null, value: string, isPlain = false) => {
    const imported = readImportedSecret({ keyId, value, isPlain })
    return imported.kind === 'refused' ? imported.reason : null
  }

  it('is refused as a hash without a key id, because it cannot be found', () => {
    expect(refusal(null, ofPython)).toMatch(/needs a new secret/)
  })

  it('A46: is refused if its hash costs too much or lost its end', () => {
    expect(refusal('key', ofPython.replace('$12$', '$31$'))).toMatch(/too long/)
    expect(refusal('key', ofPython.slice(0, -1))).toMatch(/incomplete/)
    expect(refusal('key', 'pbkdf2:sha256:600000$salt$00')).not.toBeNull()
  })

  it('is refused in plain if it is so short that it could be guessed', () => {
    expect(refusal(null, 'pass123', true)).toMatch(/could be guessed/)
  })
})
