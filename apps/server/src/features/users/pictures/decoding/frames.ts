const headBytes = 4

/** How bytes go between the server and its decoder: their length, then they themselves. */
export function frame(bytes: Uint8Array): [Buffer, Uint8Array] {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(bytes.length)
  return [head, bytes]
}

/** @throws Error where the other side announces more than `lengthMax`: it is not who it was */
export async function* readFrames(
  stream: AsyncIterable<Buffer>,
  lengthMax: number,
): AsyncGenerator<Buffer, void> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  /** Null while the head is awaited. */
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
  if (length > lengthMax) throw new Error(`a frame of ${length} bytes was announced`)
  return length
}
