import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AuditPeople } from '../../safeguards/audit/people/service.ts'
import type { KeysService } from '../../session-management/keys/service.ts'
import type { CountingService } from '../statistics/counting/service.ts'
import { blockEventsMax, makeBlock } from './block.ts'
import type { BlocksRepository } from './repository.ts'
import { headStatement, type SigningKey, signStatement } from './statements.ts'

export interface SealingOptions {
  readonly db: Database
  readonly blocks: BlocksRepository
  readonly auditPeople: Pick<AuditPeople, 'digestOf' | 'ensure' | 'lockChain'>
  readonly keys: Pick<KeysService, 'signingKey'>
  readonly counting: Pick<CountingService, 'countEvents'>
  readonly clock: Clock
}

export const signingAlgorithm = 'ES256'

/**
 * Gathers recorded events into blocks. So no act waits for the chain, and several servers
 * record at the same time. Only the sealing is done by one server at a time.
 */
export class SealingService {
  readonly #options: SealingOptions
  #announce: () => void = () => undefined

  constructor(options: SealingOptions) {
    this.#options = options
  }

  /** Sets the callback for new blocks of this server, for those who read the trail. */
  onSealed(announce: () => void): void {
    this.#announce = announce
  }

  /** Seals every event that is committed and in no block. @returns how many */
  async seal(): Promise<number> {
    let all = 0
    let sealed: number
    do {
      sealed = await this.#sealBlock()
      all += sealed
    } while (sealed === blockEventsMax)
    if (all > 0) this.#announce()
    return all
  }

  async #sealBlock(): Promise<number> {
    const { blocks, db, keys } = this.#options
    // Without the lock, so that a server without work keeps no other one waiting.
    if (!(await blocks.hasUnsealed(db))) return 0
    const key = await keys.signingKey(signingAlgorithm)
    return await inTransaction(db, (transaction) => this.#append(transaction, key))
  }

  async #append(transaction: Transaction, key: SigningKey): Promise<number> {
    const { auditPeople, blocks, clock, counting } = this.#options
    await auditPeople.lockChain(transaction)
    const events = await blocks.listUnsealed(transaction, blockEventsMax)
    if (events.length === 0) return 0
    const people = await auditPeople.ensure(transaction, events)
    const head = await blocks.findHead(transaction)
    const digests = events.map((event) => ({ id: event.id, digest: auditPeople.digestOf(event, people) }))
    const block = makeBlock(head, digests, { at: clock.now(), key })
    await blocks.insert(transaction, block)
    const signed = signStatement(headStatement(block.number, block.hash), key)
    await blocks.moveHead(transaction, block.number, signed)
    const ids = events.map(({ id }) => id)
    const assigned = await blocks.assign(transaction, block.number, ids)
    if (assigned !== events.length)
      throw new Error(`block ${block.number} misses an event that was just read`)
    await counting.countEvents(transaction, events)
    return events.length
  }
}
