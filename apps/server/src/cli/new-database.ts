import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from '../platform/config/config-error.ts'
import type { DatabaseLocation } from '../platform/config/url-parsers.ts'

/**
 * Call this before a command that may create the file of a SQLite database. Root may write everywhere, so a forgotten
 * `sudo -u` would leave a database that the server, which runs as the owner of the folder, cannot open.
 * @throws ConfigError
 */
export function assertOwnFolder(
  location: DatabaseLocation,
  userId: number | undefined = process.getuid?.(),
): void {
  if (userId !== 0 || location.engine !== 'sqlite' || existsSync(location.path)) return
  const folder = dirname(location.path)
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid ?? userId
  if (owner === userId) return
  throw new ConfigError([
    `There is no database at ${location.path}. If root created one, it would belong to root, but the folder belongs to user ${owner}. Run the command as that user, for example with deploy/proxima or "sudo -u", or check PROXIMA_DATABASE_URL and PROXIMA_DATA_DIR.`,
  ])
}
