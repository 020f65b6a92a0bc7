import type { Services } from '../../app/wire.ts'
import type { Account } from '../../platform/kernel/account.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { type AccountId, isId } from '../../platform/kernel/ids.ts'
import { notFound } from '../../platform/kernel/problems.ts'

/**
 * Finds an account by id, username, email or phone number.
 * @throws `not_found`
 */
export async function findAccount({ accounts, db, identifiers }: Services, text: string): Promise<Account> {
  if (isId<AccountId>(text)) return await accounts.get(db, text)
  const { account } = await identifiers.lookUp(text)
  if (account === null) throw new Failure(notFound, { detail: 'There is no such account.' })
  return account
}
