import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import type { AuditEventRow } from '../../../../platform/database/audit-tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { type AccountId, newId } from '../../../../platform/kernel/ids.ts'
import { isPseudonym } from './model.ts'
import { AuditPeopleRepository } from './repository.ts'
import { AuditPeople } from './service.ts'

describe.each(engines)('the people of the audit trail on $name', (engine) => {
  let database: MigratedDatabase
  const people = new AuditPeople(new AuditPeopleRepository())
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  const eventBy = (account_id: AccountId | null, actor_id: AccountId | null = null) =>
    ({ account_id, actor_id }) as AuditEventRow
  const ensure = (...events: AuditEventRow[]) =>
    inTransaction(database.db, (transaction) => people.ensure(transaction, events))

  it('A33: keep the pseudonym and the salt that they got first', async () => {
    const [amina, baraka] = [newId<AccountId>(), newId<AccountId>()]
    const first = await ensure(eventBy(amina))
    const both = await ensure(eventBy(amina), eventBy(amina, baraka))
    expect([...both.keys()].sort()).toEqual([amina, baraka].sort())
    expect(both.get(amina)).toEqual(first.get(amina))
    expect(isPseudonym(both.get(baraka)?.pseudonym ?? baraka)).toBe(true)
    // They are stored, and no one else is found with them.
    expect(await people.find(database.db, [baraka])).toEqual(new Map([[baraka, both.get(baraka)]]))
    expect(await people.find(database.db, [])).toEqual(new Map())
    expect(await ensure(eventBy(null))).toEqual(new Map())
  })
})
