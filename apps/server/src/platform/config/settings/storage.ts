import { folder, integer, onOff } from '../parsers.ts'
import { setting } from '../setting.ts'
import { databaseUrl, url } from '../url-parsers.ts'

export const storage = {
  dataDir: setting({
    name: 'PROXIMA_DATA_DIR',
    parser: folder(),
    default: './data',
    description:
      'The folder of the SQLite file, of the secret that development makes, and of pictures on disk.',
    reason: 'One folder is easy to keep, to back up and to throw away.',
  }),
  databaseUrl: setting({
    name: 'PROXIMA_DATABASE_URL',
    parser: databaseUrl(),
    default: null,
    fallback: '`proxima.sqlite` in the data folder',
    description: 'The database: SQLite, PostgreSQL, or MySQL and MariaDB.',
    reason: 'SQLite needs nothing to be installed; servers that share the work need one of the other two.',
  }),
  databasePoolMax: setting({
    name: 'PROXIMA_DATABASE_POOL_MAX',
    parser: integer(1, 500),
    default: '10',
    description: 'The most connections that one server opens to PostgreSQL or MySQL.',
    reason:
      'The pools of all servers together must stay below what the database allows: 100 for PostgreSQL by default.',
  }),
  migrate: setting({
    name: 'PROXIMA_MIGRATE',
    parser: onOff(),
    default: 'on',
    description:
      'Whether the server brings the tables up to date at its start. With `off`, run `proxima migrate` first.',
    reason:
      "Migrations take a lock, so several servers may start at once; turn it off where the server's own " +
      'database user may not change tables.',
  }),
  purgeIntervalSeconds: setting({
    name: 'PROXIMA_PURGE_INTERVAL_SECONDS',
    parser: integer(0, 604_800),
    default: '3600',
    description:
      'How often each server deletes what has expired, and erases accounts whose time to come back is over, in seconds. ' +
      '0 leaves it to `proxima purge`.',
    reason:
      'What has expired is refused anyway, so it only takes room; each round deletes it in small batches.',
  }),
  redisUrl: setting({
    name: 'PROXIMA_REDIS_URL',
    parser: url('redis', 'rediss'),
    default: null,
    fallback: 'none',
    description: 'A Redis that several servers share for limits and caches.',
    reason: 'One server needs none. What must not be lost is in the database, never in Redis alone.',
  }),
}
