import { Command, CommanderError } from 'commander'
import { version } from '../app/version.ts'
import { configCommand } from './config.ts'
import { backupCommand } from './database/backup.ts'
import { dbCommand } from './database/copy.ts'
import { migrateCommand } from './database/migrate.ts'
import { restoreCommand } from './database/restore.ts'
import { doctorCommand } from './doctor/doctor.ts'
import { exitCodes } from './exit-codes.ts'
import { keysCommand } from './keys/keys.ts'
import { messagesCommand } from './messages.ts'
import { purgeCommand } from './purge.ts'
import { reportFailure } from './report-failure.ts'
import { secretCommand } from './secret/secret.ts'
import { sessionsCommand } from './sessions/sessions.ts'
import { startCommand } from './start.ts'
import { usersCommand } from './users/users.ts'

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('proxima')
    .description('A self-hosted server for user accounts and authentication.')
    .version(version)
    .exitOverride()
    .addHelpText('after', helpText)
  const commands = [
    startCommand(),
    migrateCommand(),
    configCommand(),
    usersCommand(),
    keysCommand(),
    sessionsCommand(),
    secretCommand(),
    doctorCommand(),
    backupCommand(),
    restoreCommand(),
    dbCommand(),
    purgeCommand(),
    messagesCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  const json = argv.includes('--json')
  prepare(program, 'proxima', json)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode = isShown(error, json) ? exitCodeOf(error) : reportFailure(error, json)
  }
}

const helpText = `
Settings are environment variables; "proxima config" shows them.
With --json, results are JSON on standard output and failures JSON on standard error.
Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not found.

Examples:
  proxima start
  proxima users create --username amina --full-name "Amina Odhiambo"
  proxima users suspend amina`

// Commander ends the help and version commands with an error too.
function isShown(error: unknown, json: boolean): error is CommanderError {
  return error instanceof CommanderError && (error.exitCode === 0 || !json)
}

function exitCodeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? exitCodes.ok : exitCodes.usage
}

/** Sets what commander does not pass on to added commands. */
function prepare(command: Command, path: string, json: boolean): void {
  command.exitOverride().showHelpAfterError(`For help, run "${path} --help".`)
  // With --json, the error is JSON too, and nothing is printed before it.
  if (json) command.configureOutput({ writeErr: () => undefined })
  for (const each of command.commands) prepare(each, `${path} ${each.name()}`, json)
}
