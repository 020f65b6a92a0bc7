import { Command, Option } from 'commander'
import {
  type KeyAlgorithm,
  keyAlgorithms,
  urgentLeadSeconds,
} from '../../features/session-management/keys/model.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { keyView } from './print-keys.ts'

interface Options {
  readonly algorithm: KeyAlgorithm
  readonly now?: true
  readonly json?: true
}

export function rotateKeysCommand(): Command {
  return new Command('rotate')
    .description(
      'Publish a new key. It signs ten minutes later, when every service that verifies tokens has read it. The ' +
        'previous key stays published until its last token has expired.',
    )
    .option(
      '--now',
      `sign after ${urgentLeadSeconds} seconds; services that do not follow the guide may refuse tokens for up to ten minutes`,
    )
    .addOption(algorithmOption())
    .option('--json', 'print JSON')
    .action(async ({ algorithm, now, json }: Options) => {
      const key = await withServices((services) =>
        services.keys.rotate({ algorithm, isUrgent: now === true }),
      )
      if (json === true) printJson(keyView(key))
      else print(`published ${key.kid}; it signs from ${key.activatesAt.toISOString()}\n`)
    })
}

function algorithmOption(): Option {
  return new Option('--algorithm <name>', 'the signature algorithm of the key')
    .choices(keyAlgorithms)
    .default(keyAlgorithms[0])
}
