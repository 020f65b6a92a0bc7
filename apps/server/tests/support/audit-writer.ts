import { flushCompileCache } from 'node:module'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { connectTo } from './connections.ts'
import { requestFrom } from './request-context.ts'
import { wireNode } from './wired-node.ts'

/**
 * Records events and seals them, until someone kills it: `node audit-writer.ts DATABASE_URL`. Three in four are recorded in a
 * transaction, as by an act, and one alone, as by a refusal.
 */
const [, , url = ''] = process.argv
const { db } = connectTo(url)
const { audit, sealing } = wireNode({ db })
const people = Array.from({ length: 50 }, () => newId<AccountId>())
const atOnce = 20

async function record(index: number): Promise<void> {
  const accountId = people[index % people.length] ?? null
  const context = requestFrom(`203.0.113.${index % 250}`)
  if (index % 4 === 0) await audit.failure(db, 'sign_in', { method: 'password' }, context)
  else await inTransaction(db, (transaction) => audit.success(transaction, 'sign_in', { accountId }, context))
}

// No one who is killed can do it at the end.
flushCompileCache()
process.stdout.write('ready\n')
for (let round = 0; ; round++) {
  await Promise.all(Array.from({ length: atOnce }, (_, index) => record(round * atOnce + index)))
  await sealing.seal()
}
