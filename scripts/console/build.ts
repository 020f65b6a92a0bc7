// Builds the console, as the last step of `npm ci`. Someone who installs only the server, or leaves the packages for
// development out, has nothing to build it with: the server then says at /console how to build it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../apps/console')

/** The program that builds the console; null if a package that it needs is not installed. */
function builder(): string | null {
  const { resolve: find } = createRequire(join(folder, 'package.json'))
  try {
    for (const name of ['react-dom', '@base-ui/react/dialog', '@tanstack/react-query', 'uplot', 'wouter'])
      find(name)
    return join(find('vite/package.json'), '../bin/vite.js')
  } catch {
    return null
  }
}

const vite = builder()
if (vite === null) console.log('The console is not built: its packages are not installed.')
else {
  const args = [vite, 'build', '--logLevel', 'warn']
  process.exitCode = spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status ?? 1
}
