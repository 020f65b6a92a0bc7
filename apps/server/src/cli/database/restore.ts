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
    .description('Put a backup in the place of the SQLite database. Stop the server first.')
    .argument('<file>', 'what "proxima backup" wrote; it stays as it is')
    .option('--force', 'go on although a server may have the database open')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(async (file: string, { force, yes, json }: RestoreOptions) => {
      const config = loadConfig(environment)
      const path = sqlitePath(config, 'restore')
      if (yes !== true) await confirm(`Put ${file} in the place of ${path}?`)
      const now = systemClock.now()
      const { replaced, pending } = restoreSqlite(resolve(file), path, { force: force === true, now })
      const secret = secretLocation(config)
      if (json === true) printJson({ file: path, replaced, pending, secret })
      else process.stdout.write(restoredText(path, replaced, secret))
    })
}

function restoredText(path: string, replaced: string | null, secret: string): string {
  const kept = replaced === null ? '' : `What was there is now ${replaced}.\n`
  return (
    `${path} is restored and verified.\n${kept}` +
    `It needs the master secret that it was written with; the one that is set is in ${secret}.\n`
  )
}
