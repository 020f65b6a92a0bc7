#!/usr/bin/env -S node --max-semi-space-size=8 --expose-gc
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Proxima needs Node 24.15 or newer; this is ${process.versions.node}. "npm start" and "npx proxima" use the Node that "npm ci" installed.\n`,
  )
  process.exit(2)
}
// The default of Node is to open a debugger, which any user of this machine could attach to.
process.on('SIGUSR1', () => undefined)
// Each hash occupies a thread of Node's pool. With a few more threads than cores, file access, name look-ups and
// signatures do not wait for hashes. The pool reads this variable when it is first used.
process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 4)
// Caches the compiled code for later starts. The cache is next to the packages, where only the installing user may
// write: in a folder for temporary files, another user could place code for the server to run.
const { enableCompileCache, setSourceMapsSupport } = await import('node:module')
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)))
// The bundle has source maps: a stack trace names the lines of the sources.
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false })
const { main } = await import('../src/cli/main.ts')
await main(process.argv)
