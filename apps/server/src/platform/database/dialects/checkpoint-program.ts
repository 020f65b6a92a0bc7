import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointAnswer, CheckpointMode } from './checkpoint-thread.ts'

/** The program of the thread that writes the log back. It has a connection of its own, and answers each message. */

/** A checkpoint of another mode than `passive` waits this long for readers of other processes. */
const waitMaxMs = 200

const { path } = workerData as { readonly path: string }
const connection = new DatabaseSync(path, { timeout: waitMaxMs })
// The log must be on the disk before it is written back, and the file before the log starts over (NORMAL or FULL).
connection.exec('pragma synchronous = full')

parentPort?.on('message', (mode: CheckpointMode) => parentPort?.postMessage(checkpoint(mode)))

function checkpoint(mode: CheckpointMode): CheckpointAnswer {
  try {
    const row = connection.prepare(`pragma wal_checkpoint(${mode})`).get()
    return { frames: Number(row?.['log']), writtenBack: Number(row?.['checkpointed']) }
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null
    return { message: error instanceof Error ? error.message : String(error), code }
  }
}
