import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { type Mutant, mutantsOf } from './mutants-of.ts'

export const root = resolve(import.meta.dirname, '../..')
const source = 'apps/server/src'

/** The folders whose faults would let an attacker in. */
export const folders = [
  'features/safeguards',
  'features/session-management',
  'features/authenticators',
  'features/authentication',
  'features/self-service',
  'platform/crypto',
]

/** Files that hold only words: of the API reference, of the API's schemas and of pages. */
const words = /(?:\.test|\.data|\/schema|\/examples|\/page|\/archive)\.ts$/

export function sourceFiles(): string[] {
  return globSync(`${source}/{${folders.join(',')}}/**/*.ts`, { cwd: root })
    .filter((file) => !words.test(file))
    .sort()
}

export function allMutants(): Mutant[] {
  return sourceFiles().flatMap((file) => mutantsOf(file, readFileSync(resolve(root, file), 'utf8')))
}

/**
 * The text of a source file with all its faults at once. A function decides at each of them which one is active, so that
 * the file is read once for all of them. See `switch.ts`.
 */
export function instrument(path: string, text: string): string | null {
  const file = relative(root, path)
  if (!file.startsWith(source) || words.test(file)) return null
  if (!folders.some((folder) => file.startsWith(`${source}/${folder}/`))) return null
  // Outer expressions first, so that they also begin first and end last.
  const mutants = mutantsOf(file, text).sort((a, b) => a.start - b.start || b.end - a.end)
  const before = new Map<number, string>()
  const after = new Map<number, string>()
  for (const { id, start, end, isFirst, replacement } of mutants) {
    // Without it, the line before would continue with the parenthesis.
    if (isFirst && !before.has(start)) before.set(start, 'void ')
    const opening = `(__mutant(${JSON.stringify(id)})?(${replacement}):(`
    before.set(start, `${before.get(start) ?? ''}${opening}`)
    after.set(end, `${after.get(end) ?? ''}))`)
  }
  const positions = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b)
  let last = 0
  let written = ''
  for (const position of positions) {
    written += text.slice(last, position) + (after.get(position) ?? '') + (before.get(position) ?? '')
    last = position
  }
  return written + text.slice(last)
}
