import { Command, CommanderError } from 'commander'
import { version } from '../app/version.ts'
import { configCommand } from './config.ts'
import { exitCodes } from './exit-codes.ts'
import { migrateCommand } from './migrate.ts'
import { reportFailure } from './report-failure.ts'
import { startCommand } from './start.ts'
import { usersCommand } from './users/users.ts'

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('proxima')
    .description('A self-hosted server for user accounts and authentication.')
    .version(version)
    .exitOverride()
    .addHelpText('after', helpText)
  const commands = [startCommand(), migrateCommand(), configCommand(), usersCommand()]
  for (const command of commands) program.addCommand(withExitOverride(command))
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? exitCodeOf(error) : reportFailure(error, argv.includes('--json'))
  }
}

const helpText = `
Settings are environment variables; "proxima config" shows them.
Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not found.

Examples:
  proxima start
  proxima users create --username amina --full-name "Amina Odhiambo"`

// Help and version end a command too, by what commander calls an error.
function exitCodeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? exitCodes.ok : exitCodes.usage
}

function withExitOverride(command: Command): Command {
  for (const each of command.commands) withExitOverride(each)
  return command.exitOverride()
}
