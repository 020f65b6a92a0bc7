import type { Database } from '../../../../platform/database/tables.ts'
import type { AuditPeople } from '../../../safeguards/audit/people/service.ts'
import type { Block, Head } from '../model.ts'
import { toBlock } from '../repository.ts'
import { checkCut, checkHead, startOf } from './chain-ends.ts'
import { added, checkBlock, checkEvents } from './chain-walk.ts'
import { checkCheckpoints } from './checkpoint-checks.ts'
import { readEvents } from './event-checks.ts'
import { finding } from './findings.ts'
import type { Evidence, Finding, GivenCheckpoint, NamedJwk, Verified } from './model.ts'
import { itemsOf, Peekable } from './pages.ts'
import type { VerificationRepository } from './repository.ts'
import { type TrustedKeys, trustedKeysOf } from './trusted-keys.ts'

export interface VerificationOptions {
  readonly db: Database
  readonly trail: VerificationRepository
  readonly auditPeople: Pick<AuditPeople, 'digestOf' | 'find'>
}

const blocksAtOnce = 20
const checkpointsAtOnce = 500

/**
 * Verifies a trail by what it says itself, by the keys and by the checkpoints. It reads the trail once, in order, and
 * its memory does not grow with it.
 */
export class TrailVerification {
  readonly #options: VerificationOptions

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  /** The keys that the database itself names. Someone who can write to it can add one. */
  async storedKeys(): Promise<NamedJwk[]> {
    return await this.#options.trail.listKeys(this.#options.db)
  }

  /** @param onFinding called for each finding, in the order of the trail, as soon as it is made */
  async verify(
    { keys: named, checkpoints }: Evidence,
    onFinding: (found: Finding) => void,
  ): Promise<Verified> {
    const { db, trail } = this.#options
    const keys = await trustedKeysOf(named)
    const chain = await trail.findChain(db)
    const unsealed = await trail.countUnsealed(db)
    const start = startOf(chain)
    for (const found of checkCut(chain, keys)) onFinding(found)
    const walked = await this.#walk(start, keys, onFinding)
    for (const found of checkHead(chain, walked.head, keys)) onFinding(found)
    const isEmpty = chain === null && unsealed === 0 && walked.blocks === 0
    if (isEmpty && (await trail.hasAccounts(db))) onFinding(emptyTrail)
    const context = { db, trail, keys, start, head: walked.head }
    const all = concat(this.#storedCheckpoints(), checkpoints)
    const compared = await checkCheckpoints(context, all, onFinding)
    return {
      blocks: walked.blocks,
      events: walked.events,
      unsealed,
      firstBlock: walked.blocks === 0 ? 0 : start.number + 1,
      lastBlock: walked.head.number,
      checkpoints: compared,
    }
  }

  async #walk(start: Head, keys: TrustedKeys, onFinding: (found: Finding) => void) {
    let head = start
    let blocks = 0
    let events = 0
    const counted = countEach(readEvents(this.#options), () => {
      events += 1
    })
    const stored = new Peekable(counted)
    for await (const block of this.#blocksAfter(start.number)) {
      for (const found of checkBlock(block, head, keys)) onFinding(found)
      for await (const found of checkEvents(block, stored)) onFinding(found)
      head = block
      blocks += 1
    }
    for (let event = await stored.peek(); event !== null; event = await stored.peek()) {
      onFinding(added(event))
      stored.take()
    }
    return { head: { number: head.number, hash: head.hash }, blocks, events }
  }

  async *#storedCheckpoints(): AsyncGenerator<GivenCheckpoint> {
    const { db, trail } = this.#options
    const stored = itemsOf(async (last: { readonly block: number; readonly token: string } | null) =>
      trail.listCheckpoints(db, last?.block ?? 0, checkpointsAtOnce),
    )
    for await (const { block, token } of stored)
      yield { token, place: `the checkpoint of block ${block} in the database` }
  }

  #blocksAfter(start: number): AsyncGenerator<Block, undefined> {
    const { db, trail } = this.#options
    return itemsOf(async (last: Block | null) =>
      (await trail.listBlocks(db, last?.number ?? start, blocksAtOnce)).map(toBlock),
    )
  }
}

async function* concat<T>(...lists: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  for (const list of lists) yield* list
}

async function* countEach<T>(items: AsyncIterable<T>, onItem: () => void): AsyncGenerator<T, undefined> {
  for await (const item of items) {
    onItem()
    yield item
  }
  return undefined
}

const emptyTrail = finding(
  'head_invalid',
  {},
  'There are accounts, and no trail: neither events nor the signed end of a chain.',
)
