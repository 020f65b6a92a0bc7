import { resolve } from 'node:path'
import { Command } from 'commander'
import { environment } from '../../platform/config/environment.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import { restoreSqlite } from '../../platform/database/dialects/sqlite-restore.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import { confirm } from '../confirm.ts'
import { secretLocation } from '../locations.ts'
import { printJson } from '../output.ts'
import { clearRestored } from './clear-restored.ts'
import { sqlitePath } from './sqlite-only.ts'

interface RestoreOptions {
  readonly force?: true
  readonly keepSessions?: true
  readonly yes?: true
  readonly json?: true
}

export function restoreCommand(): Command {
  return new Command('restore')
    .argument('<file>', 'the file that "proxima backup" wrote; it is not changed')
    .option('--force', 'continue even if a server may have the database open')
    .option('--keep-sessions', 'do not end the sessions that are in the backup')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (file: string, { force, keepSessions, yes, json }: RestoreOptions) => {
      const config = loadConfig(environment)
      const path = sqlitePath(config, 'restore')
      await confirm(`Replace ${path} with ${file}?`, { yes })
      const now = systemClock.now()
      let ended: number | null = null
      const prepare = async (draft: string) => {
        if (keepSessions !== true) ended = await clearRestored(draft, config)
      }
      const restored = await restoreSqlite(resolve(file), path, { force: force === true, now, prepare })
      const { replaced } = restored
      // Ending sessions has migrated the database too.
      const pending = ended === null ? restored.pending : []
      const secret = secretLocation(config)
      if (json === true) printJson({ file: path, replaced, pending, sessions_ended: ended, secret })
      else process.stdout.write(restoredText({ path, replaced, ended, secret }))
    })
}

interface RestoredFile {
  readonly path: string
  readonly replaced: string | null
  /** Null if they were kept. */
  readonly ended: number | null
  readonly secret: string
}

function restoredText({ path, replaced, ended, secret }: RestoredFile): string {
  const kept = replaced === null ? '' : `The previous database is now ${replaced}.\n`
  return (
    `${path} is restored and verified.\n${kept}${sessionsText(ended)}` +
    `The backup can only be used with the master secret that it was made with. The current secret is in ${secret}.\n`
  )
}

function sessionsText(ended: number | null): string {
  return ended === null
    ? 'Sessions that were ended after the backup work again. To end all, run "proxima sessions end-all".\n'
    : `Ended ${ended} sessions. Everyone must sign in again.\n`
}
