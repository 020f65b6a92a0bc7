/** When the disk has what was committed. */
export interface Durability {
  /** True while the disk may lack a commit. */
  readonly isBehind: boolean
  /** True while the disk writes. */
  readonly isSyncing: boolean
  /** Called after each commit. */
  noteCommit(): void
  /** Waits until the disk has everything that was committed before the call. @throws `unavailable` if it never will */
  reached(): Promise<void>
  close(): Promise<void>
}

/** For a connection on which SQLite itself waits for the disk in each commit (`synchronous = full`). */
export const durableInCommit: Durability = {
  isBehind: false,
  isSyncing: false,
  noteCommit: () => undefined,
  reached: async () => undefined,
  close: async () => undefined,
}
