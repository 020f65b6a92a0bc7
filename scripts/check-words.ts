import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseSync } from '@swc/core'
import { rejectedWords } from './rejected-words.ts'

/**
 * Finds words that CONTRIBUTING.md rules out, in the text that users read: documents, the OpenAPI document, the
 * dashboard and its alerts, and every sentence in the server's source (mails, errors, settings, the command line).
 * Comments are not user-facing. Between `<!-- words: off -->` and `<!-- words: on -->` a document may quote them.
 */
interface Text {
  /** A file, with a line if there is one. */
  readonly place: string
  readonly text: string
}

const root = resolve(import.meta.dirname, '..')
const texts = [
  ...globFiles('{*.md,docs/**/*.md,bench/**/*.md,examples/**/*.md,packages/**/*.md}').flatMap(
    textsOfMarkdown,
  ),
  ...globFiles('docs/**/*.yaml').flatMap(linesOf),
  ...globFiles('{docs/**/*.json,apps/*/src/**/catalogue/en/*.json}').flatMap(textsOfJson),
  ...globFiles('{apps,packages}/*/src/**/*.ts').filter(isShipped).flatMap(textsOfSource),
]
const problems = texts.flatMap(({ place, text }) =>
  rejectedWords
    .filter(({ pattern }) => pattern.test(text))
    .map(({ pattern, instead }) => `${place}: "${around(text, pattern)}". ${instead}`),
)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('No user-facing text has a word that CONTRIBUTING.md rules out.')

function textsOfMarkdown(file: string): Text[] {
  const hidden = /^```[\s\S]*?^```$|<!-- words: off -->[\s\S]*?<!-- words: on -->|`[^`\n]*`|\]\([^)\n]*\)/gm
  const visible = read(file).replaceAll(hidden, (match) => match.replaceAll(/[^\n]/g, ' '))
  return numbered(file, visible)
}

function linesOf(file: string): Text[] {
  return numbered(file, read(file))
}

function numbered(file: string, content: string): Text[] {
  return content.split('\n').map((text, index) => ({ place: `${file}:${index + 1}`, text }))
}

function textsOfJson(file: string): Text[] {
  return stringsIn(JSON.parse(read(file))).map((text) => ({ place: file, text }))
}

/** The string and template literals of a source file that are more than one word. A single word is a name in code. */
function textsOfSource(file: string): Text[] {
  const module = parseSync(read(file), { syntax: 'typescript', target: 'esnext' })
  return literalsIn(module)
    .filter((text) => text.trim().includes(' '))
    .map((text) => ({ place: file, text }))
}

function literalsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { type, value, cooked } = node as { type?: unknown; value?: unknown; cooked?: unknown }
  if (type === 'StringLiteral' && typeof value === 'string') return [value]
  if (type === 'TemplateElement' && typeof cooked === 'string') return [cooked]
  return Object.values(node).flatMap(literalsIn)
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

function around(text: string, pattern: RegExp): string {
  const at = text.search(pattern)
  return text
    .slice(Math.max(0, at - 30), at + 40)
    .replaceAll('\n', ' ')
    .trim()
}

function isShipped(file: string): boolean {
  return !file.endsWith('.test.ts') && !file.endsWith('.d.ts')
}

function globFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }).sort()
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
