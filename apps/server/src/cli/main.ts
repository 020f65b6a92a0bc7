import { Command, CommanderError } from 'commander'
import { version } from '../app/version.ts'
import { exitCodes } from './exit-codes.ts'
import { visible } from './output.ts'

interface Entry {
  /** Also the description of a command that has no longer one. */
  readonly summary: string
  readonly load: () => Promise<Command>
}

/**
 * In the order of the help text. Only the command that is called is loaded, because most of them need modules of their
 * own.
 */
const commands: Readonly<Record<string, Entry>> = {
  start: {
    summary: 'Start the server. SIGTERM and SIGINT stop it gracefully.',
    load: async () => (await import('./start.ts')).startCommand(),
  },
  migrate: {
    summary: 'Migrate the database schema up or down, or show its state.',
    load: async () => (await import('./database/migrate.ts')).migrateCommand(),
  },
  config: {
    summary: 'Check the settings and print the values in force, with secrets hidden.',
    load: async () => (await import('./config.ts')).configCommand(),
  },
  users: {
    summary: 'Create, list, show, suspend and delete accounts, and set their passwords, secrets and roles.',
    load: async () => (await import('./users/users.ts')).usersCommand(),
  },
  import: {
    summary: 'Import the users of an old backend.',
    load: async () => (await import('./import/import.ts')).importCommand(),
  },
  roles: {
    summary: 'Create, change, list and delete roles. "proxima users roles" gives them to accounts.',
    load: async () => (await import('./roles/roles.ts')).rolesCommand(),
  },
  audit: {
    summary: 'Verify the audit trail, and keep what proves it.',
    load: async () => (await import('./audit/audit.ts')).auditCommand(),
  },
  clients: {
    summary: 'Manage the programs and applications that get tokens by OAuth 2.0 and OpenID Connect.',
    load: async () => (await import('./clients/clients.ts')).clientsCommand(),
  },
  keys: {
    summary: 'List, rotate and retire the keys that sign access tokens.',
    load: async () => (await import('./keys/keys.ts')).keysCommand(),
  },
  'api-keys': {
    summary: 'List and revoke the API keys with which programs call for an account.',
    load: async () => (await import('./api-keys/api-keys.ts')).apiKeysCommand(),
  },
  sessions: {
    summary: 'End sessions.',
    load: async () => (await import('./sessions/sessions.ts')).sessionsCommand(),
  },
  secret: {
    summary: 'Rotate the master secret.',
    load: async () => (await import('./secret/secret.ts')).secretCommand(),
  },
  doctor: {
    summary:
      'Check this deployment, and list the problems and what to do about them, worst first. Changes nothing.',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  },
  backup: {
    summary: 'Copy the SQLite database to one new file and verify it. The server may keep running.',
    load: async () => (await import('./database/backup.ts')).backupCommand(),
  },
  restore: {
    summary: 'Replace the SQLite database with a backup. Stop the server first.',
    load: async () => (await import('./database/restore.ts')).restoreCommand(),
  },
  db: {
    summary: 'Move the data to another database.',
    load: async () => (await import('./database/copy.ts')).dbCommand(),
  },
  export: {
    summary: 'Write all accounts, roles and clients as JSON Lines.',
    load: async () => (await import('./exports/export.ts')).exportCommand(),
  },
  purge: {
    summary: 'Delete expired data in small batches. A running server does this by itself.',
    load: async () => (await import('./purge.ts')).purgeCommand(),
  },
  seed: {
    summary: 'Fill a development database with made-up people and events, or remove them again.',
    load: async () => (await import('./seed.ts')).seedCommand(),
  },
  webhooks: {
    summary: 'List, test and replay webhooks.',
    load: async () => (await import('./webhooks/webhooks.ts')).webhooksCommand(),
  },
  messages: {
    summary:
      'List mails and text messages with their state, newest first. Recipients and texts are not shown.',
    load: async () => (await import('./messages/messages.ts')).messagesCommand(),
  },
}

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('proxima')
    .description('A self-hosted server for user accounts and authentication.')
    .version(version)
    .exitOverride()
    // The options and arguments of a command are known only when it is loaded.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', helpText)
  const called = argv.slice(2).find((word) => Object.hasOwn(commands, word))
  for (const [name, entry] of Object.entries(commands))
    program.addCommand(describe(name === called ? await entry.load() : new Command(name), entry))
  const json = argv.includes('--json')
  prepare(program, 'proxima', json)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode = isShown(error, json) ? exitCodeOf(error) : await report(error, json)
  }
}

function describe(command: Command, { summary }: Entry): Command {
  return command.summary(summary).description(command.description() || summary)
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

async function report(error: unknown, json: boolean): Promise<number> {
  const { reportFailure } = await import('./report-failure.ts')
  return reportFailure(error, json)
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
