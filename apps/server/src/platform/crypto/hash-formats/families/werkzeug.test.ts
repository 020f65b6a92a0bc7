import { expect, it } from 'vitest'
import { readImportedHash } from '../../imported-hash.ts'

it('A46: PBKDF2 of Werkzeug is read with three digests, and any other is named in the refusal', () => {
  const bytes = { sha1: 20, sha256: 32, sha512: 64 }
  for (const [digest, length] of Object.entries(bytes))
    expect(readImportedHash(`pbkdf2:${digest}:260000$salt$${'ab'.repeat(length)}`).kind, digest).not.toBe(
      'refused',
    )
  for (const digest of ['md5', 'sha224', 'sha384', 'toString', ''])
    expect(readImportedHash(`pbkdf2:${digest}:260000$salt$${'ab'.repeat(32)}`), digest).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(`not known: PBKDF2 with ${digest}.`),
    })
})
