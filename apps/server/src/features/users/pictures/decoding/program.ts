import { constants, setPriority } from 'node:os'
import { frame, readFrames } from './frames.ts'
import { ImageRejected, render } from './render.ts'
import type { Answer, DecoderLimits } from './verdict.ts'

/**
 * The process that decodes images. Here a library in C reads bytes from strangers: without a secret, a database or a
 * socket, and in a process that the server can kill. It ends when its input closes, which happens when the server ends.
 */

const limits = JSON.parse(process.argv[2] ?? '') as DecoderLimits
const memoryCheckMs = 20

stepBack()

let isDecoding = false

// Pixels are outside the heap that Node can limit. The library works in threads, so this thread is free to watch.
setInterval(() => {
  if (!isDecoding || process.memoryUsage.rss() < limits.memoryMaxBytes) return
  answer({ rejected: 'too_costly' })
  process.exit(1)
}, memoryCheckMs).unref()

for await (const image of readFrames(process.stdin, limits.bytesMax)) await handle(image)

// Other requests to the server come first. If the process may not lower its priority, as in a strict systemd unit, it
// keeps the priority that it has.
function stepBack(): void {
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
