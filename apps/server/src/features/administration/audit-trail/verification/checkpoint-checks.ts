import type { Database } from '../../../../platform/database/tables.ts'
import { type Checkpoint, readCheckpoint } from '../checkpoints/token.ts'
import type { Head } from '../model.ts'
import { finding } from './findings.ts'
import type { Finding, GivenCheckpoint } from './model.ts'
import type { VerificationRepository } from './repository.ts'
import type { TrustedKeys } from './trusted-keys.ts'

interface Context {
  readonly db: Database
  readonly trail: VerificationRepository
  readonly keys: TrustedKeys
  /** The last block that the retention has deleted. */
  readonly start: Head
  readonly head: Head
}

interface Read {
  readonly checkpoint: Checkpoint
  readonly place: string
}

const atOnce = 500

/** Compares the chain with what a server has said of it before. @returns how many were compared */
export async function checkCheckpoints(
  context: Context,
  given: AsyncIterable<GivenCheckpoint>,
  onFinding: (found: Finding) => void,
): Promise<number> {
  let compared = 0
  let batch: Read[] = []
  const flush = async () => {
    for (const found of await compareAll(context, batch)) onFinding(found)
    compared += batch.length
    batch = []
  }
  for await (const { token, place } of given) {
    const checkpoint = await readCheckpoint(token, context.keys)
    if (checkpoint === null)
      onFinding(finding('checkpoint_invalid', {}, `${place} is not a checkpoint of this server.`))
    else batch.push({ checkpoint, place })
    if (batch.length === atOnce) await flush()
  }
  await flush()
  return compared
}

async function compareAll({ db, trail, start, head }: Context, batch: readonly Read[]): Promise<Finding[]> {
  const hashes = await trail.findHashes(
    db,
    batch.map(({ checkpoint }) => checkpoint.block),
  )
  return batch.flatMap(({ checkpoint, place }) => {
    const { block, hash, at } = checkpoint
    // Deleted by the retention, so only its last hash is known.
    if (block < start.number) return []
    const stored = block === start.number ? start.hash : hashes.get(block)
    if (stored === hash) return []
    if (block > head.number)
      return finding(
        'tail_missing',
        { block: head.number + 1 },
        `The chain ends with block ${head.number}. At ${at.toISOString()} it had block ${block} (${place}).`,
      )
    return finding(
      'history_replaced',
      { block },
      `At ${at.toISOString()}, block ${block} was another one (${place}).`,
    )
  })
}
