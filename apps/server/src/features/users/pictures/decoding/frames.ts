const headBytes = 4

/** Frames bytes for the pipe between the server and its decoder: first their length, then the bytes. */
export function frame(bytes: Uint8Array): [Buffer, Uint8Array] {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(bytes.length)
  return [head, bytes]
}

/** @throws Error if the other side announces more than `lengthMax`, which only a compromised process does */
export async function* readFrames(
  stream: AsyncIterable<Buffer>,
  lengthMax: number,
): AsyncGenerator<Buffer, void> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  /** Null until the head has arrived. */
  let length: number | null = null
  for await (const chunk of stream) {
    pending.push(chunk)
    pendingBytes += chunk.length
    for (let wanted = length ?? headBytes; pendingBytes >= wanted; wanted = length ?? headBytes) {
      const all = Buffer.concat(pending)
      const part = all.subarray(0, wanted)
      pending = [all.subarray(wanted)]
      pendingBytes -= wanted
      if (length === null) length = checked(part.readUInt32BE(), lengthMax)
      else {
        length = null
        yield part
      }
    }
  }
}

function checked(length: number, lengthMax: number): number {
  if (length > lengthMax) throw new Error(`The other side announced a frame of ${length} bytes.`)
  return length
}
