import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { JWK } from 'jose'
import { createPrivateJwk } from './certificates/signing-key.ts'

/** The secrets of this service alone. */
export interface Secrets {
  readonly nationalIdKey: Buffer
  readonly certificateKey: JWK
}

interface SecretsFile {
  readonly national_id_key: string
  readonly certificate_key: JWK
}

/** Reads the secrets. The first start creates them. Without the file, no one can be found by national id. */
export async function loadSecrets(path: string): Promise<Secrets> {
  const { national_id_key, certificate_key } = (await read(path)) ?? (await create(path))
  return { nationalIdKey: Buffer.from(national_id_key, 'base64url'), certificateKey: certificate_key }
}

async function read(path: string): Promise<SecretsFile | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as SecretsFile
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function create(path: string): Promise<SecretsFile> {
  const secrets = {
    national_id_key: randomBytes(32).toString('base64url'),
    certificate_key: await createPrivateJwk(),
  }
  // Only its owner can read it. It never replaces a file that another process has made meanwhile.
  await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return secrets
}
