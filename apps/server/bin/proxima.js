#!/usr/bin/env node
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `proxima needs Node 24.15 or newer, and this is ${process.versions.node}. "npm start" and "npx proxima" use the one that "npm ci" installed.\n`,
  )
  process.exit(2)
}
// A hash holds a thread of Node's pool for as long as it takes. With a few more threads than cores, files, name
// look-ups and signatures never wait for hashes; the pool reads this when it is first used.
process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 4)
// Compiled once for all later starts. Beside the packages, where only who installed them may write: in a folder for
// temporary files somebody else could lay code for us to run.
const { enableCompileCache } = await import('node:module')
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)))
const { main } = await import('../src/cli/main.ts')
await main(process.argv)
