import { Command, InvalidArgumentError } from 'commander'
import type { Account, AccountKind } from '../../platform/kernel/account.ts'
import { type AccountId, isId } from '../../platform/kernel/ids.ts'
import { limitMax, readLimit } from '../limit-option.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

interface Options {
  readonly limit: number
  readonly after?: AccountId
  readonly service?: true
  readonly json?: true
}

export function listUsersCommand(): Command {
  return new Command('list')
    .description('List the accounts of people, or of services, oldest first.')
    .option('--limit <number>', `the maximum number, 1 to ${limitMax}`, readLimit, 50)
    .option('--after <id>', 'start after this account', readId)
    .option('--service', 'list service accounts')
    .option('--json', 'print JSON')
    .action(async ({ limit, after, service, json }: Options) => {
      const kind = service === true ? 'service' : 'person'
      const accounts = await withServices((services) =>
        services.accounts.list(services.db, { kind, after: after ?? null, limit }),
      )
      if (json === true) printJson(accounts.map(summary))
      else
        printTable(
          columns[kind],
          accounts.map((each) => Object.values(summary(each)).map((value) => value ?? '-')),
        )
    })
}

const columns: Readonly<Record<AccountKind, readonly string[]>> = {
  person: ['id', 'username', 'email', 'phone_number', 'status'],
  service: ['id', 'name', 'status'],
}

function summary({ id, kind, username, email, phoneNumber, fullName, status }: Account) {
  if (kind === 'service') return { id, name: fullName, status }
  return { id, username, email, phone_number: phoneNumber, status }
}

function readId(text: string): AccountId {
  if (!isId<AccountId>(text)) throw new InvalidArgumentError('Give the id of an account.')
  return text
}
