import { Checkpoints, type CheckpointTiming } from './checkpoints.ts'
import { CommitGroup } from './commit-group.ts'
import { type Durability, durableInCommit } from './durability.ts'
import { LogSync } from './log-sync.ts'
import { OpenFiles } from './sqlite-files.ts'
import { openSqlite } from './sqlite-open.ts'
import { StatementCache } from './sqlite-statements.ts'
import type { WriteLock } from './write-lock.ts'

export interface SqliteOptions {
  readonly path: string
  readonly lock: WriteLock
  /**
   * Must end the process at once, because the disk may lack what can be read. With it, waiting for the disk and writing
   * the log back happen outside of the event loop. Null leaves both to SQLite, which is enough for a command.
   */
  readonly onLostWrites: ((error: Error) => void) | null
  readonly onError: (error: Error) => void
  /** A test passes other numbers. */
  readonly timing?: CheckpointTiming
}

/** Everything that is open on one file. */
export interface SqliteConnections {
  readonly writer: StatementCache
  readonly reader: StatementCache
  readonly files: OpenFiles
  readonly group: CommitGroup
  readonly durability: Durability
  /** Null if SQLite writes the log back in a commit. */
  readonly checkpoints: Checkpoints | null
}

/** Opens the file, and creates it if there is none. @throws ConfigError if the operator must change something */
export function connectSqlite(options: SqliteOptions): SqliteConnections {
  const { path, lock, onLostWrites } = options
  const opened = openSqlite(path, { syncsBeside: onLostWrites !== null })
  const writer = new StatementCache(opened.writer)
  const reader = new StatementCache(opened.reader)
  if (!opened.syncsBeside || onLostWrites === null) {
    const files = new OpenFiles([path])
    const checks = { assertRoom: () => undefined, assertInPlace: () => files.assertInPlace() }
    const group = new CommitGroup({ writer, lock, durability: durableInCommit, checks })
    return { writer, reader, files, group, durability: durableInCommit, checkpoints: null }
  }
  const log = `${path}-wal`
  const durability = new LogSync({ log, onSynced: () => checkpoints.consider(), onLostWrites })
  const files = new OpenFiles([path, log])
  const checks = { assertRoom: () => checkpoints.assertRoom(), assertInPlace: () => files.assertInPlace() }
  const group = new CommitGroup({ writer, lock, durability, checks })
  const measure = opened.reader.prepare('pragma wal_checkpoint(noop)')
  const checkpoints = new Checkpoints({
    path,
    measureLog: () => {
      const { log: frames, checkpointed } = measure.get() ?? {}
      return { frames: Number(frames), writtenBack: Number(checkpointed) }
    },
    pauseWrites: (work) => group.pause(work),
    onLostWrites: (error) => durability.loseWrites(error),
    onError: options.onError,
    timing: options.timing,
  })
  return { writer, reader, files, group, durability, checkpoints }
}
