import { file, folder, integer, onOff } from '../parsers.ts'
import { setting } from '../setting.ts'
import { databaseUrl, dataServer, url } from '../url-parsers.ts'

export const storage = {
  dataDir: setting({
    name: 'PROXIMA_DATA_DIR',
    parser: folder(),
    default: './data',
    description: 'The folder for the SQLite file, the secret that development creates, and pictures on disk.',
    reason: 'A single folder is easy to keep, to back up and to delete.',
  }),
  databaseUrl: setting({
    name: 'PROXIMA_DATABASE_URL',
    parser: databaseUrl(),
    default: null,
    fallback: '`proxima.sqlite` in the data folder',
    description: 'The database: SQLite, PostgreSQL, or MySQL and MariaDB.',
    reason: 'SQLite needs no installation. To share the load among several servers, use one of the others.',
  }),
  databasePoolMax: setting({
    name: 'PROXIMA_DATABASE_POOL_MAX',
    parser: integer(1, 500),
    default: '10',
    description: 'The maximum number of connections that one server opens to PostgreSQL or MySQL.',
    reason:
      'All servers together must stay below the limit of the database, which is 100 by default for PostgreSQL.',
  }),
  migrate: setting({
    name: 'PROXIMA_MIGRATE',
    parser: onOff(),
    default: 'on',
    description:
      'Whether the server migrates the tables when it starts. With `off`, run `proxima migrate up` ' +
      'first.',
    reason:
      "Migrations take a lock, so several servers may start at once. Turn it off if the server's " +
      'database user may not change tables.',
  }),
  auditRetentionDays: setting({
    name: 'PROXIMA_AUDIT_RETENTION_DAYS',
    parser: integer(0, 36_500),
    default: '365',
    description:
      'How many days the server keeps the events of the audit trail. After that, the purge deletes them. With 0, it ' +
      'keeps them forever.',
    reason:
      'The events contain addresses, some of them of people without an account, so do not keep them for longer than ' +
      'you need them (GDPR art. 5). Break-ins are often noticed only after months. If you must keep events for ' +
      'longer, copy them to a log outside this database.',
  }),
  auditCheckpointFile: setting({
    name: 'PROXIMA_AUDIT_CHECKPOINT_FILE',
    parser: file(),
    default: null,
    fallback: 'none',
    description:
      'A file to which the server appends a signed checkpoint of the audit trail each minute, one per line. The server ' +
      'creates it.',
    reason:
      'Someone who can write to the database can restore an older backup of it, and only a checkpoint that they cannot ' +
      'reach shows it. Put the file on another disk, or let a program ship it.',
  }),
  auditCheckpointUrl: setting({
    name: 'PROXIMA_AUDIT_CHECKPOINT_URL',
    parser: url('https', 'http'),
    default: null,
    fallback: 'none',
    description:
      'An address to which the server posts each checkpoint of the audit trail, as `application/jose`. Any answer with ' +
      'a status from 200 to 299 is a success.',
    reason: 'The best place for checkpoints is a machine that no one who administers this one can change.',
  }),
  purgeIntervalSeconds: setting({
    name: 'PROXIMA_PURGE_INTERVAL_SECONDS',
    parser: integer(0, 604_800),
    default: '3600',
    description:
      'How often each server deletes expired rows, and erases deleted accounts whose grace period has ' +
      'ended, in seconds. With 0, only `proxima purge` does this.',
    reason:
      'The server refuses expired rows anyway, and they only take space. Each round deletes them in small batches.',
  }),
  redisUrl: setting({
    name: 'PROXIMA_REDIS_URL',
    parser: dataServer('redis', 'rediss'),
    default: null,
    fallback: 'none',
    description: 'A Redis server for limits and caches, shared by several Proxima servers.',
    reason: 'A single server does not need it. Redis holds only data that can be lost without harm.',
  }),
}
