import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../../../../', import.meta.url))

/** A fenced block of a guide or of the README. */
export interface GuideBlock {
  /** Its page, its heading, its language, and its number if the section has several of the language. */
  readonly name: string
  readonly text: string
  /** The mark for `scripts/check-docs.ts`, which runs the block: `runnable`, `output` or `file: NAME`. */
  readonly mark: string | null
}

const folder = 'docs/guides/'
const names = readdirSync(repository + folder, { recursive: true, encoding: 'utf8' })
const pages = ['README.md', ...names.filter((name) => name.endsWith('.md')).map((name) => folder + name)]
const pattern =
  /^(?:#+ (?<heading>.+)|(?:<!-- (?<mark>.+) -->\n+)?```(?<language>\S*)\n(?<text>[\s\S]*?)^```)$/gm

export const guideBlocks: readonly GuideBlock[] = pages.flatMap(blocksOf)

/** The text of a block. `tests/guides/classified.test.ts` looks for the calls of this function. */
export function guideBlock(name: string): string {
  const found = guideBlocks.find((block) => block.name === name)
  if (found === undefined) throw new Error(`the guides have no block ${name}`)
  return found.text
}

function blocksOf(page: string): GuideBlock[] {
  const counts = new Map<string, number>()
  let section = ''
  const matches = readFileSync(repository + page, 'utf8').matchAll(pattern)
  return [...matches].flatMap(({ groups: { heading, mark, language, text } = {} }) => {
    if (heading !== undefined) section = slugOf(heading)
    if (text === undefined) return []
    const base = `${page.replace(folder, '')}#${section} ${language === '' ? 'text' : language}`
    const count = (counts.get(base) ?? 0) + 1
    counts.set(base, count)
    return [{ name: count === 1 ? base : `${base} ${count}`, text, mark: mark ?? null }]
  })
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')
}
