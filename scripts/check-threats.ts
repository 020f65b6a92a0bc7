import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { writeOrCheck } from './generated-document.ts'

/**
 * Compares docs/threats.md with the codes of attacks (A01) and invariants (I1) in the source, the tests and the
 * documents, in both directions, and fills in its column of tests. With --check it writes nothing and exits with 1
 * if the column is out of date.
 */
const page = 'docs/threats.md'
const withoutTests = ['Not applicable yet: needs ', 'Open: ']

const code = /\b(?:A\d{2,3}|I\d{1,2})\b/g
const row = /^\| ([AI]\d+) \| ([^|]+) \| ([^|]+) \|[^|]*\|$/gm

const root = resolve(import.meta.dirname, '..')
const text = read(page)
const rows = [...text.matchAll(row)].map(([, name = '', what = '', defence = '']) => ({
  name,
  what,
  defence,
}))
const tests = filesByCode(globFiles('{apps,packages,examples,bench,scripts}/**/*.test.ts'), withoutComments)
const sources = filesByCode([
  ...globFiles('{apps,packages,examples,bench,scripts,deploy}/**/*.{ts,tsx,js}'),
  ...globFiles('{*.md,docs/**/*.md,bench/**/*.md}').filter((file) => file !== page),
])

const problems = [...unknownCodes(), ...repeatedCodes(), ...untested()]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
writeOrCheck(page, text.replaceAll(row, withTests), 'scripts/check-threats.ts')

function unknownCodes(): string[] {
  const known = new Set(rows.map(({ name }) => name))
  return [...sources]
    .filter(([name]) => !known.has(name))
    .map(([name, files]) => `${page} does not list ${name}, which ${files.join(', ')} names.`)
}

function repeatedCodes(): string[] {
  const names = rows.map(({ name }) => name)
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${page} lists ${name} twice.`)
}

function untested(): string[] {
  return rows.flatMap(({ name, defence }) => {
    const files = tests.get(name) ?? []
    const needsTests = !withoutTests.some((beginning) => defence.startsWith(beginning))
    if (!needsTests && files.length > 0)
      return [`${page} says that ${name} has no defence yet, but ${files.join(', ')} tests it.`]
    // An invariant may be named in the source and tested under the codes of the attacks that would break it.
    const isNamed = files.length > 0 || (name.startsWith('I') && sources.has(name))
    return needsTests && !isNamed ? [`${page} lists a defence against ${name}, but no test names it.`] : []
  })
}

function withTests(_line: string, name: string, what: string, defence: string): string {
  const links = (tests.get(name) ?? []).map((file) => `[${shortName(file)}](../${file})`)
  return `| ${name} | ${what} | ${defence} | ${links.join(', ')} |`
}

function shortName(file: string): string {
  return join(basename(dirname(file)), basename(file, '.test.ts'))
}

function filesByCode(files: readonly string[], pick = (content: string) => content): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of files)
    for (const name of new Set(pick(read(file)).match(code)))
      found.set(name, [...(found.get(name) ?? []), file])
  return found
}

/** Removes the comments of a test file: a code in a comment tests nothing. */
function withoutComments(content: string): string {
  return content.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
}

function globFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }).sort()
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
