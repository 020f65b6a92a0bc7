import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure, type Problem } from '../kernel/failures.ts'
import { ConfigError } from './config-error.ts'
import type { Config } from './load-config.ts'
import { masterSecret } from './secret-parser.ts'
import { quote, Refused } from './setting.ts'

const diskFull: Problem = {
  code: 'disk_full',
  kind: 'unavailable',
  title: 'The disk is full',
  advice: 'Make room, and start again.',
}

/** `path` is that of the file that development made; null where PROXIMA_SECRET or PROXIMA_SECRET_FILE gave it. */
export interface MasterSecret {
  readonly value: string
  readonly source: 'environment' | 'file'
  readonly path: string | null
}

type SecretConfig = Pick<Config, 'env' | 'secret' | 'dataDir'>

/**
 * The configured secret; in development without one, that of the file `secret` in the data folder, which is
 * made at the first start.
 * @throws ConfigError where the file cannot be made, read or trusted, `disk_full` where there is no room for it
 */
export function readMasterSecret(config: SecretConfig): MasterSecret {
  if (config.secret !== null) return { value: config.secret, source: 'environment', path: null }
  if (config.env === 'production') throw new ConfigError(['PROXIMA_SECRET must be set in production.'])
  const path = join(config.dataDir, 'secret')
  try {
    const value = readSecretFile(path) ?? makeSecretFile(path)
    return { value, source: 'file', path }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const code = codeOf(error) ?? 'unknown error'
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoomFor(path, error)
    throw new ConfigError([
      `The secret in ${quote(path)} can be neither read nor made (${code}). Give the server a folder that it ` +
        'may write to with PROXIMA_DATA_DIR, or set PROXIMA_SECRET.',
    ])
  }
}

// No fault of the configuration: whoever starts the server again and again finds it started once there is room.
function noRoomFor(path: string, cause: unknown): Failure {
  const detail = `The secret in ${quote(path)} cannot be made: the disk is full. ${diskFull.advice}`
  return new Failure(diskFull, { detail, cause })
}

/** Null where there is no file yet. A file that is wrong is never replaced: all that it sealed would be lost. */
function readSecretFile(path: string): string | null {
  const file = openOrNull(path)
  if (file === null) return null
  try {
    refuseOtherReaders(path, fstatSync(file).mode)
    return masterSecret().parse(readFileSync(file, 'utf8').replace(/\r?\n$/, ''))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new ConfigError([
      `The secret in ${quote(path)} ${error.message} The file is left as it is: put the right one back from a ` +
        'copy. Delete it only if there is no data yet, for without it nothing that was sealed can be opened.',
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

/** Refused and not repaired: others may have read it already, and only a person can judge that. */
function refuseOtherReaders(path: string, mode: number): void {
  // Windows has no such bits; there the folder's own rights decide.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  const bits = (mode & 0o777).toString(8).padStart(3, '0')
  throw new ConfigError([
    `The secret in ${quote(path)} can be read or changed by other users (mode ${bits}). If nobody has, run: ` +
      `chmod 600 ${quote(path)}`,
  ])
}

/**
 * The whole file is written beside its place and then linked into it, which fails if it is taken: of several
 * processes that start at once one wins, and none ever reads a file that is half written.
 */
function makeSecretFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}.new`
  try {
    writeDurably(draft, randomBytes(48).toString('base64url'))
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(dirname(path))
  const value = readSecretFile(path)
  if (value === null)
    throw new ConfigError([`The secret in ${quote(path)} was removed while the server started.`])
  return value
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A file's name is durable only once its folder is; Windows cannot open a folder. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
