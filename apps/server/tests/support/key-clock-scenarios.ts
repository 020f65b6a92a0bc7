import { expect } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { context, day, minute, outcome, type World, years } from './clock-scenarios.ts'

async function newKey({ db, wrong }: World) {
  const { id } = await wrong.serviceAccounts.create('Report', noRequest)
  const input = { name: 'x', permissions: [], allowedNetworks: [], expiresAt: null }
  return await inTransaction(db, (transaction) => wrong.apiKeys.create(transaction, id, input))
}

/** A key that was refused because it is over stays refused, whatever the clock says later. */
export async function keyEnd(world: World): Promise<void> {
  const { ahead, right, rightClock, wrong } = world
  const { secret } = await newKey(world)
  const use = (node: Services) => outcome(node.apiKeys.holder(secret, context))
  if (ahead < years) {
    expect(await use(right)).toBe('done')
    rightClock.advance(90 * day + ahead)
  }
  expect(await use(right)).toBe('invalid_token')
  rightClock.advance(-90 * day)
  expect([await use(right), await use(wrong)]).toEqual(['invalid_token', 'invalid_token'])
}

/** A time in the future is replaced at the next use. */
export async function lastUse(world: World): Promise<void> {
  const { ahead, db, right, rightClock, wrong } = world
  const { apiKey, secret } = await newKey(world)
  if (ahead === years) return
  await wrong.apiKeys.holder(secret, context)
  await wrong.apiKeyUses.flush()
  rightClock.advance(minute)
  await right.apiKeys.holder(secret, context)
  await right.apiKeyUses.flush()
  const { lastUsedAt } = await right.apiKeys.get(db, apiKey.accountId, apiKey.id)
  expect(lastUsedAt).toEqual(rightClock.now())
}
