import { Command } from 'commander'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { printJson } from '../output.ts'
import { readPassword } from '../read-password.ts'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'

const passwordMissing: Problem = {
  code: 'password_missing',
  kind: 'invalid',
  title: 'No password',
  advice: 'No password was given. Type one, or give it on standard input. Nothing was changed.',
}

export function setPasswordCommand(): Command {
  return new Command('set-password')
    .summary('Give an account a new password.')
    .description(
      'Give an account a new password, for an owner who has forgotten theirs. First make sure that it is the owner who asks. The command asks for the password, or reads it from standard input. Every session of the account ends, and the owner is notified. A suspended account stays suspended.',
    )
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      const password = await readPassword('New password: ')
      if (password === undefined) throw new Failure(passwordMissing)
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        await services.credentialReset.setPassword(id, password)
        if (json === true) printJson({ id, password_set: true })
        else process.stdout.write(`password set, and all sessions ended, for ${id}\n`)
      })
    })
}

export function newSecretCommand(): Command {
  return new Command('new-secret')
    .summary('Give an account a new user secret.')
    .description(
      'Give an account a new user secret and show it once, for an owner who has lost theirs. First make sure that it is the owner who asks. The previous secret no longer works. Every session of the account ends, and the owner is notified. A suspended account stays suspended.',
    )
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        const secret = await services.credentialReset.renewSecret(id)
        if (json === true) printJson({ id, user_secret: secret })
        else process.stdout.write(`new user secret of ${id}, shown only once:\n${secret}\n`)
      })
    })
}
