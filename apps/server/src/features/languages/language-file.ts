import { parseStrictJson, StrictJsonError } from '../../platform/kernel/strict-json.ts'
import { english } from './catalogue/en.data.ts'
import type { SentenceGroup, Sentences } from './model.ts'

/** The sentences that a file has, by group. */
export type SomeSentences = { readonly [Group in SentenceGroup]?: Partial<Sentences[Group]> }

export interface LanguageFile {
  readonly sentences: SomeSentences
  /** The sentences that the file lacks, such as `password_changed.subject`. */
  readonly missing: readonly string[]
  /** Why the file is refused; empty if it is not. */
  readonly problems: readonly string[]
}

type Texts = Readonly<Record<string, string>>
const expected: Readonly<Record<string, Texts>> = english

/**
 * Reads a file of sentences that an operator has written. It has the form of the English catalogue. It may lack sentences, but each
 * that it has must name the same words in braces as the English one: a mail without its code would be useless.
 */
export function readLanguageFile(text: string): LanguageFile {
  const groups = parse(text)
  if (typeof groups === 'string') return { sentences: {}, missing: [], problems: [groups] }
  const given = Object.entries(groups).flatMap(([group, texts]) => sentencesOf(group, texts))
  const names = new Set(given.map(({ name }) => name))
  const all = Object.entries(expected).flatMap(([group, texts]) => sentencesOf(group, texts))
  return {
    sentences: groups,
    missing: all.flatMap(({ name }) => (names.has(name) ? [] : [name])),
    problems: given.flatMap((each) => problemsWith(each)),
  }
}

interface Given {
  readonly name: string
  readonly sentence: unknown
  /** The English sentence; undefined if there is none of this name. */
  readonly original: string | undefined
}

function parse(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const value = parseStrictJson(text, { depthMax: 2 })
    return isObject(value) ? value : 'is not a JSON object.'
  } catch (error) {
    if (error instanceof StrictJsonError) return `cannot be read. ${error.message}`
    throw error
  }
}

function sentencesOf(group: string, texts: unknown): Given[] {
  if (!isObject(texts)) return [{ name: group, sentence: texts, original: undefined }]
  const originals = Object.hasOwn(expected, group) ? (expected[group] ?? {}) : {}
  return Object.entries(texts).map(([key, sentence]) => ({
    name: `${group}.${key}`,
    sentence,
    original: Object.hasOwn(originals, key) ? originals[key] : undefined,
  }))
}

function problemsWith({ name, sentence, original }: Given): string[] {
  if (original === undefined) return [`has "${name}", which is no sentence of this version.`]
  if (typeof sentence !== 'string' || sentence.trim() === '') return [`has no text at "${name}".`]
  // A line end in a subject would be a header of the mail (A23).
  if (/\p{Cc}/u.test(sentence)) return [`has a control character or a line end at "${name}".`]
  const [ours, theirs] = [wordsOf(original), wordsOf(sentence)]
  if (ours === theirs) return []
  return [
    `must name ${ours === '' ? 'no words in braces' : ours} at "${name}", as the English sentence does.`,
  ]
}

/** The words in braces, in alphabetical order. */
function wordsOf(sentence: string): string {
  return [...new Set(sentence.match(/\{\w*\}/g))].sort().join(', ')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
