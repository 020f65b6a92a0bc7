import type { Services } from '../../app/wire.ts'
import { userView } from '../../features/users/accounts/schema.ts'
import type { Account } from '../../platform/kernel/account.ts'
import { printJson, printTable } from '../output.ts'

/** Prints the User of the HTTP API, as JSON for programs and as lines for people. */
export async function printUser(
  { db, roles }: Services,
  account: Account,
  json: true | undefined,
  extra: object = {},
): Promise<void> {
  const user = { ...userView(account, await roles.rolesOf(db, account.id)), ...extra }
  if (json === true) printJson(user)
  else
    printTable(
      ['field', 'value'],
      Object.entries(user).map(([field, value]) => [field, show(value)]),
    )
}

function show(value: unknown): string {
  if (value === null) return '-'
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
