import { constants, setPriority } from 'node:os'
import { frame, readFrames } from './frames.ts'
import { ImageRejected, render } from './render.ts'
import type { Answer, DecoderLimits } from './verdict.ts'

/**
 * The process that decodes images. A library in C reads untrusted bytes here, so the process has no secret, no database
 * and no socket, and the server can kill it. It ends when its input closes, which happens when the server ends.
 */

const limits = JSON.parse(process.argv[2] ?? '') as DecoderLimits
const memoryCheckMs = 20

lowerPriority()

let isDecoding = false

// Pixels are outside the heap that Node can limit. The library works in threads, so this thread is free to watch.
setInterval(() => {
  if (!isDecoding || process.memoryUsage.rss() < limits.memoryMaxBytes) return
  answer({ rejected: 'too_costly' })
  process.exit(1)
}, memoryCheckMs).unref()

for await (const image of readFrames(process.stdin, limits.bytesMax)) await handle(image)

// The server's requests come first. If the process may not lower its priority, as in a strict systemd unit, it keeps
// its current priority.
function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error
  }
}

async function handle(image: Buffer): Promise<void> {
  isDecoding = true
  try {
    const files = await render(image, limits)
    isDecoding = false
    answer({ rejected: null })
    for (const file of files) write(file)
  } catch (error) {
    isDecoding = false
    if (!(error instanceof ImageRejected)) throw error
    answer({ rejected: error.reason })
  }
}

function answer(given: Answer): void {
  write(Buffer.from(JSON.stringify(given)))
}

function write(bytes: Uint8Array): void {
  for (const part of frame(bytes)) process.stdout.write(part)
}
