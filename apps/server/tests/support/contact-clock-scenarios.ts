import { expect } from 'vitest'
import { ContactChangesRepository } from '../../src/features/self-service/contacts/repository.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { newId, type SessionId } from '../../src/platform/kernel/ids.ts'
import { hour, minute, type World } from './clock-scenarios.ts'
import { requestFrom } from './request-context.ts'

/** A change of a contact waits for no longer than its link works, whatever clock dated it. */
export async function pendingChange({
  ahead,
  db,
  right,
  rightClock,
  wrong,
  wrongClock,
}: World): Promise<void> {
  const source = { context: requestFrom(), idempotencyKey: null }
  const { account } = await wrong.registration.create({ email: `${newId()}@example.com` }, source)
  const caller = { accountId: account.id, sessionId: newId<SessionId>() }
  const address = `${newId()}@example.com`
  const createdAt = wrongClock.now()
  const times = { createdAt, expiresAt: new Date(createdAt.getTime() + hour * 1_000) }
  await inTransaction(db, (transaction) =>
    new ContactChangesRepository().replace(
      transaction,
      caller,
      { kind: 'email', address, canonical: address },
      times,
    ),
  )
  const isPending = async () => (await right.pendingContactChanges.list(account.id)).length === 1
  expect(await isPending()).toBe(ahead > -hour && ahead < minute)
  rightClock.advance(hour + Math.max(0, ahead))
  expect(await isPending()).toBe(false)
}
