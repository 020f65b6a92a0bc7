import { Command, CommanderError } from 'commander'
import { version } from '../app/version.ts'
import { exitCodes } from './exit-codes.ts'
import { visible } from './output.ts'
import { reportFailure } from './report-failure.ts'

/** In the order of the help text. A command is loaded when it is needed, because most of them need modules of their own. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  migrate: async () => (await import('./database/migrate.ts')).migrateCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  users: async () => (await import('./users/users.ts')).usersCommand(),
  import: async () => (await import('./import/import.ts')).importCommand(),
  roles: async () => (await import('./roles/roles.ts')).rolesCommand(),
  audit: async () => (await import('./audit/audit.ts')).auditCommand(),
  clients: async () => (await import('./clients/clients.ts')).clientsCommand(),
  keys: async () => (await import('./keys/keys.ts')).keysCommand(),
  'api-keys': async () => (await import('./api-keys/api-keys.ts')).apiKeysCommand(),
  sessions: async () => (await import('./sessions/sessions.ts')).sessionsCommand(),
  secret: async () => (await import('./secret/secret.ts')).secretCommand(),
  doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  backup: async () => (await import('./database/backup.ts')).backupCommand(),
  restore: async () => (await import('./database/restore.ts')).restoreCommand(),
  db: async () => (await import('./database/copy.ts')).dbCommand(),
  export: async () => (await import('./exports/export.ts')).exportCommand(),
  purge: async () => (await import('./purge.ts')).purgeCommand(),
  webhooks: async () => (await import('./webhooks/webhooks.ts')).webhooksCommand(),
  messages: async () => (await import('./messages/messages.ts')).messagesCommand(),
}

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('proxima')
    .description('A self-hosted server for user accounts and authentication.')
    .version(version)
    .exitOverride()
    .addHelpText('after', helpText)
  const loaded = await Promise.all(wanted(argv).map((load) => load()))
  for (const command of loaded) program.addCommand(command)
  const json = argv.includes('--json')
  prepare(program, 'proxima', json)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode = isShown(error, json) ? exitCodeOf(error) : reportFailure(error, json)
  }
}

/** The command that is called; all of them for the help text, and if there is no such command. */
function wanted([, , name = '']: readonly string[]): readonly (() => Promise<Command>)[] {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  return command === undefined ? Object.values(commands) : [command]
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
  command.configureOutput({
    writeErr: json ? () => undefined : (text) => void process.stderr.write(visible(text)),
  })
  for (const each of command.commands) prepare(each, `${path} ${each.name()}`, json)
}
