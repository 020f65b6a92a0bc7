import { Command } from 'commander'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { keyView } from './print-keys.ts'

export function rotateKeysCommand(): Command {
  return new Command('rotate')
    .description(
      'Publish a new key, which signs ten minutes later, when all who verify tokens have it. The one before stays ' +
        'published until its last token has expired.',
    )
    .option(
      '--now',
      'sign with the new key within a minute; verifiers that keep their copy may refuse its tokens',
    )
    .option('--json', 'print JSON')
    .action(async ({ now, json }: { now?: true; json?: true }) => {
      const key = await withServices((services) => services.keys.rotate({ isUrgent: now === true }))
      if (json === true) printJson(keyView(key))
      else print(`published ${key.kid}; it signs from ${key.activatesAt.toISOString()}\n`)
    })
}
