import { Command, InvalidArgumentError } from 'commander'
import type { Account } from '../../platform/kernel/account.ts'
import { type AccountId, isId } from '../../platform/kernel/ids.ts'
import { limitMax, readLimit } from '../limit-option.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

interface Options {
  readonly limit: number
  readonly after?: AccountId
  readonly json?: true
}

export function listUsersCommand(): Command {
  return new Command('list')
    .description('List accounts, oldest first.')
    .option('--limit <number>', `the maximum number, 1 to ${limitMax}`, readLimit, 50)
    .option('--after <id>', 'start after this account', readId)
    .option('--json', 'print JSON')
    .action(async ({ limit, after, json }: Options) => {
      const accounts = await withServices((services) =>
        services.accounts.list(services.db, { after: after ?? null, limit }),
      )
      if (json === true) printJson(accounts.map(summary))
      else
        printTable(
          ['id', 'username', 'email', 'phone_number', 'status'],
          accounts.map((each) => Object.values(summary(each)).map((value) => value ?? '-')),
        )
    })
}

function summary({ id, username, email, phoneNumber, status }: Account) {
  return { id, username, email, phone_number: phoneNumber, status }
}

function readId(text: string): AccountId {
  if (!isId<AccountId>(text)) throw new InvalidArgumentError('Give the id of an account.')
  return text
}
