import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../../../../platform/files/durable-write.ts'
import type { OutgoingRequests } from '../../../../platform/outgoing/outgoing.ts'

/** A place for checkpoints outside the database. */
export interface CheckpointOutlet {
  /** For the log. */
  readonly name: string
  /** @throws if the checkpoint may not be there */
  put(token: string): Promise<void>
}

/** One checkpoint per line. Readable for its owner alone, like everything else that the server writes. */
export function fileOutlet(path: string): CheckpointOutlet {
  return {
    name: path,
    put: async (token) => {
      const file = await open(path, 'a+', 0o600)
      try {
        const { size } = await file.stat()
        await file.appendFile(`${(await endsLine(file, size)) ? '' : '\n'}${token}\n`)
        await file.sync()
        if (size === 0) await syncFolder(dirname(path))
      } finally {
        await file.close()
      }
    },
  }
}

/** A power cut may have left a part of a line, which must not spoil the next one. */
async function endsLine(file: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  if (size === 0) return true
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString() === '\n'
}

const timeoutMs = 10_000

/** The operator has configured the address, so it may be in their own network. */
export function addressOutlet(url: string, outgoing: Pick<OutgoingRequests, 'post'>): CheckpointOutlet {
  return {
    name: new URL(url).origin,
    put: async (token) => {
      const headers = { 'content-type': 'application/jose' }
      const signal = AbortSignal.timeout(timeoutMs)
      const { status } = await outgoing.post(url, { headers, body: token, signal, answerMaxBytes: 0 })
      if (status < 200 || status > 299) throw new Error(`the receiver answered ${status}`)
    },
  }
}
