import { constants, setPriority } from 'node:os'
import { frame, readFrames } from './frames.ts'
import { Refused, render } from './render.ts'
import type { Answer, DecoderLimits } from './verdict.ts'

/**
 * The process that unpacks images: what a library in C does with bytes from strangers it does here, without a secret, a
 * database or a socket, and where it can be killed. It ends when the server does, whose end closes its input.
 */

const limits = JSON.parse(process.argv[2] ?? '') as DecoderLimits
const memoryCheckMs = 20

stepBack()

let isDecoding = false

// Pixels are outside the heap that Node could bound. The library works in threads, so this one is free to watch.
setInterval(() => {
  if (!isDecoding || process.memoryUsage.rss() < limits.memoryMaxBytes) return
  answer({ refused: 'too_costly' })
  process.exit(1)
}, memoryCheckMs).unref()

for await (const image of readFrames(process.stdin, limits.bytesMax)) await handle(image)

// Those who wait for an answer of the server come first. Where a process may not lower its own priority, as in a strict
// systemd unit, it goes on without.
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
    answer({ refused: null })
    for (const file of files) write(file)
  } catch (error) {
    isDecoding = false
    if (!(error instanceof Refused)) throw error
    answer({ refused: error.reason })
  }
}

function answer(given: Answer): void {
  write(Buffer.from(JSON.stringify(given)))
}

function write(bytes: Uint8Array): void {
  for (const part of frame(bytes)) process.stdout.write(part)
}
