import { Command } from 'commander'
import { urgentLeadSeconds } from '../../features/session-management/keys/model.ts'
import type { KeyInfo } from '../../features/session-management/keys/service.ts'
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
      const { key, successor } = await withServices(async ({ keys }) => ({
        key: await keys.retire(kid, { replace: replace === true }),
        successor: (await keys.list()).find(({ state }) => state === 'next') ?? null,
      }))
      if (json === true) printJson(keyView(key))
      else print(`${key.kid} retires at ${key.retiresAt?.toISOString() ?? '-'}\n${cost(successor)}`)
    })
}

/** A leaked key must end at once, so its successor signs before every verifier can know it. */
function cost(successor: KeyInfo | null): string {
  if (successor === null) return ''
  const { kid, createdAt, activatesAt } = successor
  const knownAt = new Date(Math.max(createdAt.getTime() + urgentLeadSeconds * 1_000, activatesAt.getTime()))
  return (
    `${kid} signs from ${activatesAt.toISOString()}. Until ${knownAt.toISOString()}, services that verify tokens ` +
    'themselves may refuse its tokens, because they may still have the former keys. Users do not have to sign in again.\n'
  )
}
