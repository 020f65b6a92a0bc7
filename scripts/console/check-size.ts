// Checks how much of the console a browser loads, compressed as the server sends it: before the first view, and for each
// part that is loaded later.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../apps/console/dist')
const shellMaxBytes = 290_000
const laterMaxBytes = 60_000

/** The files that the page itself names, and what their scripts import at once. */
function shellFiles(): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (name: string) => {
    if (names.has(name)) return
    names.add(name)
    if (name.endsWith('.js')) for (const next of importsOf(name)) add(next)
  }
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  for (const [, name = ''] of page.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)) add(name)
  return names
}

function importsOf(name: string): string[] {
  const code = readFileSync(join(folder, 'assets', name), 'utf8')
  return [...code.matchAll(/(?:^|[;}\s])import\s*(?:[\w*{}\s,$]+from\s*)?["']\.\/([\w.-]+)["']/g)].map(
    ([, next = '']) => next,
  )
}

function compressedBytes(name: string): number {
  return statSync(join(folder, 'assets', `${name}.gz`)).size
}

const shell = shellFiles()
const shellBytes = [...shell].reduce((sum, name) => sum + compressedBytes(name), 0)
const later = readdirSync(join(folder, 'assets')).filter(
  (name) => /\.(?:js|css)$/.test(name) && !shell.has(name),
)
const tooLarge = later.filter((name) => compressedBytes(name) > laterMaxBytes)
console.log(`The shell of the console has ${shellBytes} bytes of ${shellMaxBytes}, compressed.`)
for (const name of later) console.log(`  ${name}: ${compressedBytes(name)} of ${laterMaxBytes}`)
for (const name of tooLarge) console.error(`${name} is larger than ${laterMaxBytes} bytes.`)
if (shellBytes > shellMaxBytes) console.error('The shell is larger than its budget.')
if (shellBytes > shellMaxBytes || tooLarge.length > 0) process.exitCode = 1
