import type { Config } from '../../platform/config/load-config.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'

const useEngineTools: Problem = {
  code: 'engine_has_own_tools',
  kind: 'conflict',
  title: 'Only for SQLite',
  advice: 'This command is only for SQLite.',
}

/**
 * Returns the path of the SQLite database.
 * @throws `engine_has_own_tools`, which names the tools of the other engines
 */
export function sqlitePath({ databaseUrl }: Config, verb: 'backup' | 'restore'): string {
  if (databaseUrl.engine === 'sqlite') return databaseUrl.path
  throw new Failure(useEngineTools, { detail: `${useEngineTools.advice} ${tools[databaseUrl.engine][verb]}` })
}

const tools = {
  postgres: {
    backup:
      'For PostgreSQL, use pg_dump --format=custom --file=FILE DATABASE-URL. To lose nothing, use pg_basebackup and ' +
      'archived logs. Keep the master secret too.',
    restore:
      'For PostgreSQL, use pg_restore --clean --if-exists --dbname=DATABASE-URL FILE. Stop the servers first. ' +
      'Then run "proxima sessions end-all".',
  },
  mysql: {
    backup:
      'For MariaDB, use mariadb-dump --single-transaction DATABASE > FILE (for MySQL, mysqldump). To lose nothing, use ' +
      'mariadb-backup and the binary log. Keep the master secret too.',
    restore:
      'For MariaDB, use mariadb DATABASE < FILE (for MySQL, mysql). Stop the servers first. Then run "proxima sessions end-all".',
  },
} as const
