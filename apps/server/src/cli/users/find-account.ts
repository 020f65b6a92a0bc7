import type { Services } from '../../app/wire.ts'
import { parseExternalId } from '../../features/users/external-ids/model.ts'
import type { Account } from '../../platform/kernel/account.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { type AccountId, isId } from '../../platform/kernel/ids.ts'
import { notFound } from '../../platform/kernel/problems.ts'

/**
 * Finds an account by id, username, email, phone number or `SOURCE:ID`.
 * @throws `not_found`, also if the text is an identifier of one account and an external id of another
 */
export async function findAccount(services: Services, text: string): Promise<Account> {
  const { accounts, db, identifiers } = services
  if (isId<AccountId>(text)) return await accounts.get(db, text)
  const { account } = await identifiers.lookUp(text)
  const externalOwner = await findByExternalId(services, text)
  const id = account?.id ?? externalOwner
  if (id === null) throw new Failure(notFound, { detail: 'There is no such account.' })
  if (![null, id].includes(externalOwner)) throw new Failure(notFound, { detail: ambiguous })
  return account ?? (await accounts.get(db, id))
}

const ambiguous =
  'This is an identifier of one account and an external id of another. Give the id of the account.'

async function findByExternalId({ db, externalIds }: Services, text: string): Promise<AccountId | null> {
  const externalId = parseExternalId(text)
  return externalId.ok ? await externalIds.find(db, externalId.value) : null
}
