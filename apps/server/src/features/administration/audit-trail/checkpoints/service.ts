import type { Database } from '../../../../platform/database/tables.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import type { KeysService } from '../../../session-management/keys/service.ts'
import type { BlocksRepository } from '../repository.ts'
import { type SealingService, signingAlgorithm } from '../sealing.ts'
import type { CheckpointOutlet } from './outlets.ts'
import type { CheckpointsRepository, StoredCheckpoint } from './repository.ts'
import { writeCheckpoint } from './token.ts'

export interface CheckpointsOptions {
  readonly db: Database
  readonly blocks: BlocksRepository
  readonly checkpoints: CheckpointsRepository
  readonly sealing: Pick<SealingService, 'seal'>
  readonly keys: Pick<KeysService, 'signingKey'>
  readonly clock: Clock
  readonly outlets: readonly CheckpointOutlet[]
}

/** How often a server makes a checkpoint, if anything has happened. */
export const checkpointIntervalMs = 60_000
/** In the database they are only for convenience: someone who changes the trail there can delete them too. */
const keptDays = 30

/** A checkpoint could not be put where it should be kept. The next one says all that this one does. */
export class OutletFailure extends Error {
  constructor(outlet: CheckpointOutlet, cause: unknown) {
    super(`the checkpoint could not be written to ${outlet.name}`, { cause })
    this.name = 'OutletFailure'
  }
}

/** Signs what the chain is now, and keeps it elsewhere. */
export class CheckpointsService {
  readonly #options: CheckpointsOptions
  #lastPut = 0

  constructor(options: CheckpointsOptions) {
    this.#options = options
  }

  /**
   * Seals what has happened, and puts a checkpoint of it into every outlet, unless this server has put it there before.
   * Each server does so by itself, so each outlet gets all of them.
   * @returns null if nothing has ever happened
   * @throws OutletFailure
   */
  async keep(): Promise<StoredCheckpoint | null> {
    const checkpoint = await this.#ofNow()
    if (checkpoint === null || checkpoint.block === this.#lastPut) return checkpoint
    const failures: OutletFailure[] = []
    for (const outlet of this.#options.outlets)
      await outlet.put(checkpoint.token).catch((error: unknown) => {
        // The other outlets get it all the same.
        failures.push(new OutletFailure(outlet, error))
      })
    const [failure] = failures
    if (failure !== undefined) throw failure
    this.#lastPut = checkpoint.block
    return checkpoint
  }

  /** Those that are stored in the database, in order. */
  listAfter(block: number, limit: number): Promise<StoredCheckpoint[]> {
    const { checkpoints, db } = this.#options
    return checkpoints.listAfter(db, block, limit)
  }

  /** Deletes old checkpoints. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { checkpoints, clock, db } = this.#options
    const until = new Date(clock.now().getTime() - keptDays * dayMs)
    return await checkpoints.deleteOld(db, until, limit)
  }

  async #ofNow(): Promise<StoredCheckpoint | null> {
    const { blocks, checkpoints, clock, db, keys, sealing } = this.#options
    await sealing.seal()
    const head = await blocks.findHead(db)
    if (head.number === 0) return null
    const last = await checkpoints.findLast(db)
    if (last !== null && last.block >= head.number) return last
    const at = clock.now()
    const key = await keys.signingKey(signingAlgorithm)
    const token = await writeCheckpoint({ block: head.number, hash: head.hash, at }, key)
    const made = { block: head.number, token, createdAt: at }
    return (await checkpoints.insert(db, made)) ? made : await checkpoints.findLast(db)
  }
}
