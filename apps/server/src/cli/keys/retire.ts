import { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { keyView } from './print-keys.ts'

interface Options {
  readonly replace?: true
  readonly yes?: true
  readonly json?: true
}

export function retireKeyCommand(): Command {
  return new Command('retire')
    .description(
      'Retire a key that may have leaked. Within 30 seconds, every server refuses every token that the key signed. ' +
        'Services that verify tokens themselves refuse them after they next read the published keys.',
    )
    .argument('<kid>', 'the id of the key; put "--" before it if it begins with a hyphen')
    .option('--replace', 'create another key first if this key signs now or will sign soon')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (kid: string, { replace, yes, json }: Options) => {
      await confirm(`Refuse every token that ${kid} signed?`, { yes })
      const key = await withServices((services) => services.keys.retire(kid, { replace: replace === true }))
      if (json === true) printJson(keyView(key))
      else print(`${key.kid} retires at ${key.retiresAt?.toISOString() ?? '-'}\n`)
    })
}
