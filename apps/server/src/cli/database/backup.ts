import { resolve } from 'node:path'
import { Command } from 'commander'
import { environment } from '../../platform/config/environment.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import { backupSqlite } from '../../platform/database/dialects/sqlite-backup.ts'
import { picturesLocation, secretLocation } from '../locations.ts'
import { printJson } from '../output.ts'
import { sqlitePath } from './sqlite-only.ts'

export function backupCommand(): Command {
  return new Command('backup')
    .argument('<file>', 'the new file; an existing file is not overwritten')
    .option('--json', 'print JSON')
    .action((file: string, { json }: { json?: true }) => {
      const config = loadConfig(environment)
      const to = resolve(file)
      const { bytes } = backupSqlite(sqlitePath(config, 'backup'), to)
      const secret = secretLocation(config)
      const pictures = picturesLocation(config)
      if (json === true) printJson({ file: to, bytes, secret, pictures })
      else
        process.stdout.write(
          `${to}: ${bytes} bytes, verified.\n` +
            `Keep the master secret too, in another place (it is in ${secret}). No one can use this backup without it.\n` +
            (pictures === null
              ? ''
              : `The backup does not include profile pictures: copy ${pictures} too.\n`),
        )
    })
}
