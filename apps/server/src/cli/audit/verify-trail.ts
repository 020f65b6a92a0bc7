import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { wireVerification } from '../../app/wiring/administration.ts'
import type {
  Finding,
  GivenCheckpoint,
  NamedJwk,
  Verified,
} from '../../features/administration/audit-trail/verification/model.ts'
import type { TrailVerification } from '../../features/administration/audit-trail/verification/service.ts'
import { ConfigError } from '../../platform/config/config-error.ts'
import { InvalidValue } from '../../platform/config/setting.ts'
import { type DatabaseLocation, databaseUrl } from '../../platform/config/url-parsers.ts'
import { connect } from '../../platform/database/connect.ts'
import { assertFileExists, withServices } from '../with-services.ts'

export interface VerifyOptions {
  readonly database?: string
  readonly checkpoints?: readonly string[]
  readonly keys?: readonly string[]
}

/** Where the trusted keys come from. Only a file and the master secret prove that no one has added a key. */
export type KeySource = 'file' | 'secret' | 'database'

export interface VerifiedTrail {
  readonly verified: Verified
  readonly keySource: KeySource
}

/** @throws ConfigError if an option is wrong */
export async function verifyTrail(
  options: VerifyOptions,
  onFinding: (found: Finding) => void,
): Promise<VerifiedTrail> {
  const given = options.keys === undefined ? null : await readKeyFiles(options.keys)
  const checkpoints = options.checkpoints ?? []
  const verifyWith = async (verification: TrailVerification, keys: readonly NamedJwk[]) =>
    await verification.verify({ keys, checkpoints: linesOf(checkpoints) }, onFinding)
  if (options.database !== undefined)
    return await withCopy(parseDatabase(options.database), async (verification) => {
      const keys = given ?? (await verification.storedKeys())
      return {
        verified: await verifyWith(verification, keys),
        keySource: given === null ? 'database' : 'file',
      }
    })
  return await withServices(async ({ keys, trailVerification }) => {
    const trusted = given ?? (await keys.ownPublicKeys())
    return {
      verified: await verifyWith(trailVerification, trusted),
      keySource: given === null ? 'secret' : 'file',
    }
  })
}

async function withCopy<T>(
  location: DatabaseLocation,
  work: (verification: TrailVerification) => Promise<T>,
): Promise<T> {
  assertFileExists(location)
  const { db } = connect(location, { poolMax: 1, statementTimeoutMs: 0, onError: () => undefined })
  try {
    return await work(wireVerification({ db }).trailVerification)
  } finally {
    await db.destroy()
  }
}

function parseDatabase(given: string): DatabaseLocation {
  try {
    return databaseUrl().parse(given)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    throw new ConfigError([`--database ${error.message}`])
  }
}

async function readKeyFiles(paths: readonly string[]): Promise<NamedJwk[]> {
  return (await Promise.all(paths.map(readKeyFile))).flat()
}

async function readKeyFile(path: string): Promise<NamedJwk[]> {
  try {
    const { keys } = JSON.parse(await readFile(path, 'utf8')) as {
      keys: (NamedJwk['jwk'] & { kid: string })[]
    }
    return keys.map((jwk) => ({ kid: jwk.kid, jwk: { ...jwk } }))
  } catch (error) {
    throw new ConfigError([`--keys ${path} is not a readable JWK Set: ${reasonOf(error)}`])
  }
}

async function* linesOf(paths: readonly string[]): AsyncGenerator<GivenCheckpoint> {
  for (const path of paths) {
    let number = 0
    const input = createReadStream(path)
    try {
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        number += 1
        if (line.trim() !== '') yield { token: line.trim(), place: `${path}, line ${number}` }
      }
    } catch (error) {
      throw new ConfigError([`--checkpoints ${path} cannot be read: ${reasonOf(error)}`])
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
