import { expect } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { wireVerification } from '../../src/app/wiring/administration.ts'
import type { Finding, NamedJwk } from '../../src/features/administration/audit-trail/verification/model.ts'
import type { AuditEventRow } from '../../src/platform/database/audit-tables.ts'
import type { Database, Transaction } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import type { TestEngine } from './engines.ts'
import { FrozenClock } from './frozen-clock.ts'
import { requestFrom } from './request-context.ts'
import { createMigratedDatabase } from './test-database.ts'
import { wireNode } from './wired-node.ts'

/** The blocks of the trail; each has a registration, a sign-in and a suspension of one person. */
export const blocks = 6

/** A sealed trail, and what is found in it after someone has changed it in the database. */
export interface TamperedTrail {
  readonly db: Database
  readonly services: Services
  readonly clock: FrozenClock
  readonly people: readonly AccountId[]
  /** Of the last block. */
  readonly checkpoint: string
  /** The keys that the master secret has sealed. */
  readonly trusted: readonly NamedJwk[]
  verify(db: Database, tokens?: readonly string[], keys?: readonly NamedJwk[]): Promise<Finding[]>
  /** Changes the trail, verifies it, and takes the change back. */
  after(tamper: (db: Transaction) => Promise<unknown>, tokens?: readonly string[]): Promise<Finding[]>
  drop(): Promise<void>
}

export class Undone extends Error {}

export async function sealTrail(engine: TestEngine): Promise<TamperedTrail> {
  const database = await createMigratedDatabase(engine)
  const { db } = database
  const clock = new FrozenClock()
  const services = wireNode({ db, clock })
  const people: AccountId[] = []
  for (let at = 0; at < blocks; at++) {
    people.push(await liveThrough(services, `person-${at}`))
    await services.sealing.seal()
    clock.advance(60)
  }
  const checkpoint = (await services.checkpoints.keep())?.token ?? ''
  const trusted = await services.keys.ownPublicKeys()

  const verify: TamperedTrail['verify'] = async (at, tokens = [], keys = trusted) => {
    const found: Finding[] = []
    const checkpoints = given(tokens)
    const { trailVerification } = wireVerification({ db: at })
    await trailVerification.verify({ keys, checkpoints }, (finding) => found.push(finding))
    return found
  }
  return {
    ...{ db, services, clock, people, checkpoint, trusted, verify },
    after: async (tamper, tokens) => {
      let found: Finding[] = []
      const run = inTransaction(db, async (transaction) => {
        await tamper(transaction)
        found = await verify(transaction, tokens)
        throw new Undone()
      })
      await expect(run).rejects.toThrow(Undone)
      return found
    },
    drop: () => database.drop(),
  }
}

async function liveThrough({ administration, login, registration }: Services, username: string) {
  const context = requestFrom(
    '203.0.113.7',
    'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  )
  const { account, userSecret } = await registration.create({ username }, { context, idempotencyKey: null })
  await login.withUserSecret({ userSecret: userSecret ?? '', mode: 'code' }, context)
  await administration.suspend(account.id)
  return account.id
}

async function* given(tokens: readonly string[]) {
  for (const token of tokens) yield { token, place: 'kept elsewhere' }
}

/** Where something was found, without the words. */
export function placesOf(found: readonly Finding[]) {
  return found.map(({ kind, block, event }) => ({ kind, block, event }))
}

export async function eventsOf(db: Database, block: number): Promise<AuditEventRow[]> {
  return await db.selectFrom('audit_events').selectAll().where('block', '=', block).orderBy('id').execute()
}

export async function firstOf(db: Database, block: number): Promise<AuditEventRow> {
  const [event] = await eventsOf(db, block)
  if (event === undefined) throw new Error(`block ${block} has events`)
  return event
}
