import { Command } from 'commander'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'

const nothingRecorded: Problem = {
  code: 'nothing_recorded',
  kind: 'not_found',
  title: 'Nothing recorded',
  advice: 'The audit trail is empty, so there is nothing to sign.',
}

export function auditCheckpointCommand(): Command {
  return new Command('checkpoint')
    .description(
      'Sign what the audit trail is now, print that, and put it where the settings say. Servers do this each minute.',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const checkpoint = await withServices(({ checkpoints }) => checkpoints.keep())
      if (checkpoint === null) throw new Failure(nothingRecorded)
      const { block, token, createdAt } = checkpoint
      if (json === true) printJson({ block, created_at: createdAt.toISOString(), token })
      else print(`${token}\n`)
    })
}
