import type { Config } from '../../platform/config/load-config.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'

const useEngineTools: Problem = {
  code: 'engine_has_own_tools',
  kind: 'conflict',
  title: 'Another engine',
  advice: 'This command is for SQLite.',
}

/** Where the SQLite database is. @throws `engine_has_own_tools`, which names them, on the other engines */
export function sqlitePath({ databaseUrl }: Config, verb: 'backup' | 'restore'): string {
  if (databaseUrl.engine === 'sqlite') return databaseUrl.path
  throw new Failure(useEngineTools, { detail: `${useEngineTools.advice} ${tools[databaseUrl.engine][verb]}` })
}

const tools = {
  postgres: {
    backup:
      'For PostgreSQL use pg_dump --format=custom --file=FILE DATABASE-URL, or pg_basebackup and archived logs ' +
      'to lose nothing. Keep the master secret too.',
    restore:
      'For PostgreSQL use pg_restore --clean --if-exists --dbname=DATABASE-URL FILE, with the servers stopped.',
  },
  mysql: {
    backup:
      'For MariaDB use mariadb-dump --single-transaction DATABASE > FILE (mysqldump for MySQL), or mariadb-backup ' +
      'and the binary log to lose nothing. Keep the master secret too.',
    restore: 'For MariaDB use mariadb DATABASE < FILE (mysql for MySQL), with the servers stopped.',
  },
} as const
