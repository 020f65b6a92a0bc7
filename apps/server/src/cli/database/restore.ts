import { resolve } from 'node:path'
import { Command } from 'commander'
import { environment } from '../../platform/config/environment.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import { restoreSqlite } from '../../platform/database/dialects/sqlite-restore.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import { confirm } from '../confirm.ts'
import { secretLocation } from '../locations.ts'
import { printJson } from '../output.ts'
import { sqlitePath } from './sqlite-only.ts'

interface RestoreOptions {
  readonly force?: true
  readonly yes?: true
  readonly json?: true
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Replace the SQLite database with a backup. Stop the server first.')
    .argument('<file>', 'the file that "proxima backup" wrote; it is not changed')
    .option('--force', 'continue even if a server may have the database open')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (file: string, { force, yes, json }: RestoreOptions) => {
      const config = loadConfig(environment)
      const path = sqlitePath(config, 'restore')
      await confirm(`Replace ${path} with ${file}?`, { yes })
      const now = systemClock.now()
      const { replaced, pending } = restoreSqlite(resolve(file), path, { force: force === true, now })
      const secret = secretLocation(config)
      if (json === true) printJson({ file: path, replaced, pending, secret })
      else process.stdout.write(restoredText(path, replaced, secret))
    })
}

function restoredText(path: string, replaced: string | null, secret: string): string {
  const kept = replaced === null ? '' : `The previous database is now ${replaced}.\n`
  return (
    `${path} is restored and verified.\n${kept}` +
    `The backup can only be used with the master secret that it was made with. The current secret is in ${secret}.\n`
  )
}
