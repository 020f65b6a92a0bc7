import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { groupNames, readingOrder, source } from './reading-order.ts'

/**
 * Compares the reading order, the existing folders, and the list in ARCHITECTURE.md under "## Reading order". The first
 * fenced block there names one existing folder per line, in reading order. The text after a name is prose, and a line
 * that begins with # is a heading.
 */
const page = 'ARCHITECTURE.md'
const heading = '## Reading order'

/** Names that do not describe the contents, so people put anything there. */
const vagueNames = new Set(['utils', 'helpers', 'common', 'lib', 'shared', 'misc'])

const root = process.argv[2] ?? '.'
const problems = [
  ...foldersOutOfOrder(),
  ...vaguelyNamedFolders(),
  ...pageOutOfDate(),
  ...namedPathsMissing(),
]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`${page}, scripts/reading-order.ts and ${source} agree.`)

/** Every path that the page names in code must exist: relative to the repository, or to the server's source. */
function namedPathsMissing(): string[] {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
  const paths = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+)\/?`/g)].map(([, path = '']) => path)
  const places = ['.', source, `${source}/platform/database`, `${source}/features/users`]
  const exists = (path: string) => places.some((place) => existsSync(join(root, place, path)))
  return paths.filter((path) => !exists(path)).map((path) => `${page} names ${path}, which does not exist.`)
}

function foldersOutOfOrder(): string[] {
  const outer = ['platform', 'features']
  const nested = outer.flatMap((group) => entries(group).map((name) => `${group}/${name}`))
  const isGroup = (path: string) => groupNames.some((name) => path === `features/${name}`)
  const grouped = nested.flatMap((path) =>
    isGroup(path) && !readingOrder.includes(path) ? entries(path).map((name) => `${path}/${name}`) : [path],
  )
  const top = entries('.').filter((name) => !outer.includes(name))
  return [...grouped, ...top]
    .filter((path) => !readingOrder.includes(path))
    .map((path) => `${source}/${path} has no place in scripts/reading-order.ts. Add it there, or move it.`)
}

function vaguelyNamedFolders(): string[] {
  const all = readdirSync(join(root, source), { recursive: true, withFileTypes: true })
  return all
    .filter((entry) => entry.isDirectory() && vagueNames.has(entry.name))
    .map(
      (entry) => `${join(entry.parentPath, entry.name)} does not describe its contents. Name it after them.`,
    )
}

function pageOutOfDate(): string[] {
  const existing = readingOrder.filter(hasFiles)
  const listed = listedFolders()
  if (listed === null)
    return [`${page} needs the heading "${heading}" and under it a fenced list of folders.`]
  const missing = existing.filter((folder) => !listed.includes(folder))
  const unknown = listed.filter((folder) => !existing.includes(folder))
  const repeated = listed.filter((folder, index) => listed.indexOf(folder) !== index)
  const problems = [
    ...missing.map((folder) => `${page} does not list ${folder}.`),
    ...unknown.map(
      (folder) => `${page} lists ${folder}, which is not a folder of ${source} in reading order.`,
    ),
    ...repeated.map((folder) => `${page} lists ${folder} twice.`),
  ]
  if (problems.length > 0) return problems
  const misplaced = existing.findIndex((folder, index) => folder !== listed[index])
  return misplaced < 0 ? [] : [`${page} lists ${listed[misplaced]} in place of ${existing[misplaced]}.`]
}

function listedFolders(): string[] | null {
  const path = join(root, page)
  if (!existsSync(path)) return null
  const lines = readFileSync(path, 'utf8').split('\n')
  const start = lines.indexOf(heading)
  if (start < 0) return null
  const section = lines.slice(start + 1)
  const end = section.findIndex((line) => line.startsWith('## '))
  const block = /^```.*\n([\s\S]*?)^```/m.exec(section.slice(0, end < 0 ? undefined : end).join('\n'))
  return block === null ? null : firstWords(block[1] ?? '')
}

function firstWords(block: string): string[] {
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/, 1)[0] ?? '')
}

/** Git leaves empty folders behind, so an empty folder does not count as existing. */
function hasFiles(folder: string): boolean {
  const path = join(root, source, folder)
  return (
    existsSync(path) && readdirSync(path, { recursive: true, withFileTypes: true }).some((it) => it.isFile())
  )
}

function entries(folder: string): string[] {
  const path = join(root, source, folder)
  return existsSync(path) ? readdirSync(path) : []
}
