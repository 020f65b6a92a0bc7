import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { minuteMs } from '../../../../platform/kernel/durations.ts'
import type { ApiKeyId } from '../../../../platform/kernel/ids.ts'
import { isRecent } from '../../../../platform/kernel/time-bounds.ts'
import { type ApiKey, usedAccuracyMs } from '../model.ts'
import type { LastUsedRepository } from './repository.ts'

export interface LastUsedOptions {
  readonly db: Database
  readonly lastUsed: LastUsedRepository
  /** The maximum number of keys to remember while the database cannot write. */
  readonly notedMax?: number
}

/** Every engine accepts this many rows in one statement. */
const batchRows = 500

/**
 * When API keys were last used, accurate to the minute. It is stored for all of them together, once a second, so that no
 * request waits for the write. A crash loses the last second.
 */
export class LastUsedService {
  readonly #options: Required<LastUsedOptions>
  /** A key stays until its time is stored. */
  readonly #noted = new Map<ApiKeyId, Date>()

  constructor(options: LastUsedOptions) {
    this.#options = { notedMax: 100_000, ...options }
  }

  /** Called for each use of a key. */
  use(id: ApiKeyId, lastUsedAt: Date | null, now: Date): void {
    const known = later(lastUsedAt, this.#noted.get(id))
    if (known !== null && isRecent(known, now, usedAccuracyMs)) return
    // The next use of the key notes it again.
    if (this.#noted.size < this.#options.notedMax || this.#noted.has(id)) this.#noted.set(id, now)
  }

  /** The keys with the times that are not stored yet. */
  refine(keys: readonly ApiKey[]): ApiKey[] {
    return keys.map((key) => ({ ...key, lastUsedAt: later(key.lastUsedAt, this.#noted.get(key.id)) }))
  }

  /** Stores every time that was noted before the call. The next call tries again what could not be stored. */
  async flush(): Promise<void> {
    const { db, lastUsed } = this.#options
    const noted = [...this.#noted]
    for (let start = 0; start < noted.length; start += batchRows) {
      const batch = noted.slice(start, start + batchRows)
      // One time for all of them: they were noted within a second, unless the database could not write.
      const at = new Date(Math.max(...batch.map(([, used]) => used.getTime())))
      const latest = new Date(at.getTime() + minuteMs)
      const ids = batch.map(([id]) => id)
      await inTransaction(db, (transaction) => lastUsed.touch(transaction, ids, at, latest))
      for (const [id, used] of batch) if (this.#noted.get(id) === used) this.#noted.delete(id)
    }
  }
}

function later(stored: Date | null, noted: Date | undefined): Date | null {
  if (noted === undefined) return stored
  return stored !== null && stored > noted ? stored : noted
}
