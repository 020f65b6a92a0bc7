import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, linkSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolderSync, writeDurablySync } from '../files/durable-write.ts'
import { Failure, type Problem } from '../kernel/failures.ts'
import { ConfigError } from './config-error.ts'
import { secretFile } from './data-folder.ts'
import type { Config } from './load-config.ts'
import { masterSecret } from './secret-parser.ts'
import { InvalidValue, quote } from './setting.ts'

const diskFull: Problem = {
  code: 'disk_full',
  kind: 'unavailable',
  title: 'The disk is full',
  advice: 'Free some space, and start again.',
}

/** `path` is the file that development created; null if the secret came from PROXIMA_SECRET or PROXIMA_SECRET_FILE. */
export interface MasterSecret {
  readonly value: string
  readonly source: 'environment' | 'file'
  readonly path: string | null
}

type SecretConfig = Pick<Config, 'env' | 'secret' | 'dataDir'>

/**
 * Returns the configured secret. Without one, development uses the file `secret` in the data folder, which the first
 * start creates.
 * @throws ConfigError if the file cannot be created, read or trusted, `disk_full` if there is no space for it
 */
export function readMasterSecret(config: SecretConfig): MasterSecret {
  if (config.secret !== null) return { value: config.secret, source: 'environment', path: null }
  if (config.env === 'production') throw new ConfigError(['PROXIMA_SECRET must be set in production.'])
  const path = secretFile(config)
  try {
    const value = readSecretFile(path) ?? makeSecretFile(path)
    return { value, source: 'file', path }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const code = codeOf(error) ?? 'unknown error'
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoomFor(path, error)
    throw new ConfigError([
      `The secret in ${quote(path)} cannot be read or created (${code}). Set PROXIMA_DATA_DIR to a folder that the ` +
        'server may write to, or set PROXIMA_SECRET.',
    ])
  }
}

// The configuration is right: a supervisor that restarts the server succeeds as soon as there is space.
function noRoomFor(path: string, cause: unknown): Failure {
  const detail = `The secret in ${quote(path)} cannot be created: the disk is full. ${diskFull.advice}`
  return new Failure(diskFull, { detail, cause })
}

/** Returns null if there is no file yet. An invalid file is never replaced: everything it sealed would be lost. */
function readSecretFile(path: string): string | null {
  const file = openOrNull(path)
  if (file === null) return null
  try {
    refuseOtherReaders(path, fstatSync(file).mode)
    return masterSecret().parse(readFileSync(file, 'utf8').replace(/\r?\n$/, ''))
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    throw new ConfigError([
      `The secret in ${quote(path)} ${error.message} The file is unchanged. Restore the right one from a copy. ` +
        'Delete it only if there is no data yet, because sealed data cannot be opened without it.',
    ])
  } finally {
    closeSync(file)
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Refuses the file and does not repair it: others may have read it already, and only a person can judge that. */
function refuseOtherReaders(path: string, mode: number): void {
  // Windows has no such bits. There, the rights of the folder decide.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  const bits = (mode & 0o777).toString(8).padStart(3, '0')
  throw new ConfigError([
    `Other users can read or change the secret in ${quote(path)} (mode ${bits}). If no one has done so, run: ` +
      `chmod 600 ${quote(path)}`,
  ])
}

/**
 * Writes the whole file under another name and then links it to its path, which fails if that file exists already. If
 * several processes start at once, one of them wins, and none reads a half-written file.
 */
function makeSecretFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}.new`
  try {
    writeDurablySync(draft, `${randomBytes(48).toString('base64url')}\n`)
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolderSync(dirname(path))
  const value = readSecretFile(path)
  if (value === null)
    throw new ConfigError([`The secret in ${quote(path)} was removed while the server started.`])
  return value
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
