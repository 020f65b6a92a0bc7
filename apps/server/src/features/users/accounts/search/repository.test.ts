import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../../tests/support/wired-node.ts'
import type { Services } from '../../../../app/wire.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { NewAccountInput } from '../model.ts'

const source = { context: requestFrom(), idempotencyKey: null }

describe.each(engines)('the terms by which an account is found on $name', (engine) => {
  let database: MigratedDatabase
  let services: Services
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    services = wireNode({ db: database.db, env: { PROXIMA_VERIFICATION: 'off' } })
  })
  afterAll(async () => await database?.drop())

  const register = async (input: NewAccountInput) =>
    (await services.registration.create(input, source)).account.id

  async function termsOf(id: AccountId): Promise<string[]> {
    const rows = database.db.selectFrom('account_terms').select('term').where('account_id', '=', id)
    return (await rows.execute()).map(({ term }) => term).sort()
  }

  it('are stored with a new account', async () => {
    const id = await register({ username: 'Amina', email: 'Amina@example.com', fullName: 'Amina Odhiambo' })
    expect(await termsOf(id)).toEqual(['amina', 'amina odhiambo', 'amina@example.com', 'odhiambo'])
  })

  it('follow every change of a name, of the username and of a contact', async () => {
    const id = await register({ username: 'baraka', phoneNumber: '+254712345678', fullName: 'Baraka' })
    await services.accounts.update(id, { fullName: 'Baraka Otieno', familyName: 'Otieno' }, noRequest)
    expect(await termsOf(id)).toEqual(['+254712345678', 'baraka', 'baraka otieno', 'otieno'])
    await inTransaction(database.db, (transaction) =>
      services.identifiers.rename(
        transaction,
        id,
        services.identifiers.readUsername('Bwana.Otieno', 'baraka'),
      ),
    )
    await services.accounts.update(id, { fullName: null }, noRequest)
    expect(await termsOf(id)).toEqual(['+254712345678', 'bwana.otieno', 'otieno'])
    const contact = { kind: 'email', address: 'B@example.com', canonical: 'b@example.com' } as const
    await inTransaction(database.db, async (transaction) => {
      await services.contacts.replace(transaction, id, contact)
      await services.contacts.removeUnverified(transaction, id)
    })
    expect(await termsOf(id)).toEqual(['b@example.com', 'bwana.otieno', 'otieno'])
  })

  it('are deleted with the account', async () => {
    const id = await register({ username: 'chebet' })
    await services.administration.erase(id)
    expect(await termsOf(id)).toEqual([])
  })
})
