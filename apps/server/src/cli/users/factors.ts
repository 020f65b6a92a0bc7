import { Command } from 'commander'
import { factorView } from '../../features/authenticators/factors/schema.ts'
import { operator } from '../../features/authorization/roles/model.ts'
import { confirm } from '../confirm.ts'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'

export function factorsCommand(): Command {
  return new Command('factors')
    .description('List and remove the second factors of an account, and start their recovery.')
    .addCommand(listCommand())
    .addCommand(recoverCommand())
    .addCommand(resetCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('List the second factors of an account. Never shows a secret.')
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        const { factors, recoveryCodesLeft } = await services.userFactors.list(id)
        const data = factors.map(factorView)
        if (json === true) return printJson({ id, data, recovery_codes_left: recoveryCodesLeft })
        const lines = data.map(({ kind, name, created_at }) => `${kind}  ${name}  added ${created_at}`)
        const text = lines.length === 0 ? ['no second factors'] : lines
        process.stdout.write(`${[...text, `recovery codes left: ${recoveryCodesLeft}`].join('\n')}\n`)
      })
    })
}

function resetCommand(): Command {
  return new Command('reset')
    .description(
      'Remove all second factors and recovery codes of an account, for an owner who has lost them. Every session ends, and the owner is notified.',
    )
    .argument('<identifier>', 'id, username, email or phone number')
    .requiredOption('--reason <text>', 'why; stored in the audit trail')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (identifier: string, options: { reason: string; json?: true; yes?: true }) => {
      const { json, reason, yes } = options
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        await confirm(`Remove all second factors of ${identifier}?`, { yes })
        await services.userFactors.reset(id, reason, operator)
        if (json === true) printJson({ id, reset: true })
        else process.stdout.write(`removed the second factors of ${id}\n`)
      })
    })
}

function recoverCommand(): Command {
  return new Command('recover')
    .description(
      'Start the recovery of lost second factors. Every confirmed contact of the owner is notified, and can cancel it. After the wait (PROXIMA_FACTOR_RECOVERY_HOURS), only the owner can finish it.',
    )
    .argument('<identifier>', 'id, username, email or phone number')
    .requiredOption('--reason <text>', 'why; stored in the audit trail')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json, reason }: { reason: string; json?: true }) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        const usable_at = (await services.userFactorRecovery.start(id, reason, operator)).toISOString()
        if (json === true) printJson({ id, usable_at })
        else
          process.stdout.write(`notified the owner of ${id}, who can finish the recovery at ${usable_at}\n`)
      })
    })
}
