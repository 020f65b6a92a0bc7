import { setTimeout } from 'node:timers/promises'
import type { Purge } from './purges.ts'

export interface Purged {
  readonly name: string
  readonly deleted: number
  /** False if the round reached its limit first. */
  readonly isDone: boolean
}

export interface PurgeOptions {
  readonly batchRows?: number
  /** The limit of each purge in one round. */
  readonly batchesMax?: number
  readonly pauseMs?: number
  /** Ends the round between two batches. */
  readonly signal?: AbortSignal
}

/**
 * Deletes in small batches with a pause between them, so that no request waits long for a lock, or for the process
 * itself on SQLite. Several servers may purge at the same time: only one of them deletes a given row.
 */
export async function purgeAll(purges: readonly Purge[], options: PurgeOptions = {}): Promise<Purged[]> {
  const purged: Purged[] = []
  for (const purge of purges) purged.push(await purgeOne(purge, options))
  return purged
}

async function purgeOne(
  purge: Purge,
  { batchRows = 25, batchesMax = 40_000, pauseMs = 5, signal }: PurgeOptions,
): Promise<Purged> {
  const { name } = purge
  let deleted = 0
  for (let batch = 1; batch <= batchesMax && signal?.aborted !== true; batch++) {
    const rows = await purge.purge(batchRows)
    deleted += rows
    if (rows < batchRows) return { name, deleted, isDone: true }
    // An aborted pause is not a failure: the loop checks the signal.
    await setTimeout(pauseMs, undefined, { ...(signal && { signal }) }).catch(() => undefined)
  }
  return { name, deleted, isDone: false }
}
