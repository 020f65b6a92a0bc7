import { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'

export function endAllCommand(): Command {
  return new Command('end-all')
    .description(
      'End every session of every account, for example after a restore. Everyone must sign in again.',
    )
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async ({ yes, json }: { yes?: true; json?: true }) => {
      await confirm('End every session of every account?', { yes })
      const ended = await withServices(({ allSessions }) => allSessions.end())
      if (json === true) printJson({ ended })
      else process.stdout.write(`Ended ${ended} sessions.\n`)
    })
}
