import type { Database } from '../../../../platform/database/tables.ts'
import { highestId } from '../../../../platform/kernel/ids.ts'
import { toBlock } from '../repository.ts'
import { checkHead, startOf } from './chain-ends.ts'
import { checkBlock, checkEvents } from './chain-walk.ts'
import { type EventChecksOptions, readEvents } from './event-checks.ts'
import type { Finding, NamedJwk, Tail } from './model.ts'
import { Peekable } from './pages.ts'
import { trustedKeysOf } from './trusted-keys.ts'

/** Verifies the last blocks of a trail alone: a quick look, which reads little however long the trail is. */
export class TailVerification {
  readonly #options: EventChecksOptions

  constructor(options: EventChecksOptions) {
    this.#options = options
  }

  async verify(named: readonly NamedJwk[], blocksMax: number): Promise<Tail> {
    const { db, trail } = this.#options
    // Servers may seal further blocks meanwhile. Everything below looks only at what was there at this moment.
    const chain = await trail.findChain(db)
    const keys = await trustedKeysOf(named)
    const read = await trail.listLastBlocks(db, chain?.head_block ?? 0, blocksMax + 1)
    const [first, ...others] = read.map(toBlock)
    const isWhole = first === undefined || read.length <= blocksMax
    let head = isWhole ? startOf(chain) : first
    const blocks = isWhole && first !== undefined ? [first, ...others] : others
    const events = new Peekable(readEvents(this.#options, { block: head.number, id: highestId }))
    const findings: Finding[] = []
    for (const block of blocks) {
      findings.push(...checkBlock(block, head, keys))
      for await (const found of checkEvents(block, events)) findings.push(found)
      head = block
    }
    findings.push(...checkHead(chain, head, keys))
    return { blocks: blocks.length, findings, ...(await this.#waiting(db)) }
  }

  async #waiting(db: Database): Promise<Pick<Tail, 'unsealedSince' | 'uncoveredSince'>> {
    const { trail } = this.#options
    const [unsealedSince, uncoveredSince] = [await trail.oldestUnsealed(db), await trail.oldestUncovered(db)]
    return { unsealedSince, uncoveredSince }
  }
}
