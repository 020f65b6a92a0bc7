import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../platform/config/config-error.ts'
import { bestOf, fallbackLocale, type Locale } from '../../platform/kernel/locale.ts'
import { arabic } from './catalogue/ar.data.ts'
import { bengali } from './catalogue/bn.data.ts'
import { english } from './catalogue/en.data.ts'
import { french } from './catalogue/fr.data.ts'
import { romanian } from './catalogue/ro.data.ts'
import { swahili } from './catalogue/sw.data.ts'
import { type LanguageFile, readLanguageFile, type SomeSentences } from './language-file.ts'
import { Language, type Sentences } from './model.ts'

/** The sentences of every language that Proxima speaks. The compiler asks for each sentence in each language. */
export const builtIn: Readonly<Record<Locale, Sentences>> = {
  en: english,
  fr: french,
  sw: swahili,
  ro: romanian,
  bn: bengali,
  ar: arabic,
}

export interface LanguagesOptions {
  /** The tag of the language for people who have chosen none. */
  readonly default: string
  /** The sentences that an operator has added or changed. */
  readonly added?: readonly { readonly tag: string; readonly sentences: SomeSentences }[]
}

/** The languages in which messages can be written. */
export class Languages {
  readonly #byTag: ReadonlyMap<string, Language>
  readonly #default: string

  constructor({ default: tag, added = [] }: LanguagesOptions) {
    this.#default = tag
    const all = [
      ...Object.entries(builtIn).map(([each, sentences]) => new Language(each, sentences)),
      ...added.map((each) => new Language(each.tag, completed(each))),
    ]
    this.#byTag = new Map(all.map((each) => [each.tag, each]))
  }

  get tags(): readonly string[] {
    return [...this.#byTag.keys()]
  }

  get all(): readonly Language[] {
    return [...this.#byTag.values()]
  }

  /** The best language for someone who wants this one; null if they have chosen none. */
  for(wanted: string | null): Language {
    return this.firstOf([wanted])
  }

  /** The best language for someone who wants these, the most wanted first. */
  firstOf(wanted: readonly (string | null)[]): Language {
    const tag = bestOf(this.tags, [...wanted, this.#default]) ?? fallbackLocale
    const language = this.#byTag.get(tag)
    if (language === undefined) throw new TypeError(`no language ${tag}`)
    return language
  }
}

/** With the sentences of the nearest language that has them all: of French for `fr-CA`, and otherwise of English. */
function completed({
  tag,
  sentences,
}: {
  readonly tag: string
  readonly sentences: SomeSentences
}): Sentences {
  const base = builtIn[bestOf(Object.keys(builtIn) as Locale[], [tag]) ?? fallbackLocale]
  const changed: Readonly<Record<string, object | undefined>> = sentences
  const groups = Object.entries(base).map(([group, texts]) => [group, { ...texts, ...changed[group] }])
  return Object.fromEntries(groups) as Sentences
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export interface NamedLanguageFile extends LanguageFile {
  readonly path: string
  readonly tag: string
}

export interface LanguageSettings {
  /** The folder in which an operator puts files such as `rw.json`. It need not exist. */
  readonly folder: string
  readonly locale: string
}

/**
 * The languages that Proxima speaks, and those that the operator has added.
 * @throws ConfigError if the folder cannot be read, if a file is refused, or if the default language has none
 */
export function readLanguages({ folder, locale }: LanguageSettings): Languages {
  const files = readLanguageFiles(folder)
  const problems = files.flatMap(problemsOf)
  const languages = new Languages({ default: locale, added: problems.length > 0 ? [] : files })
  if (problems.length === 0 && bestOf(languages.tags, [locale]) === null)
    problems.push(
      `PROXIMA_LOCALE is ${locale}, and there is no such language. Choose one of ${languages.tags.join(', ')}, or add ${join(folder, `${locale}.json`)}.`,
    )
  if (problems.length > 0) throw new ConfigError(problems)
  return languages
}

/** Every JSON file of the folder, whether or not it can be used. @throws ConfigError if the folder cannot be read */
export function readLanguageFiles(folder: string): readonly NamedLanguageFile[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => {
    const path = join(folder, name)
    const tag = name.slice(0, -'.json'.length)
    const file = languageFileAt(path)
    return { path, tag, ...file, problems: [...tagProblems(tag), ...file.problems] }
  })
}

function languageFileAt(path: string): LanguageFile {
  try {
    return readLanguageFile(utf8.decode(readFileSync(path)))
  } catch (error) {
    return { sentences: {}, missing: [], problems: [`cannot be read: ${causeOf(error)}.`] }
  }
}

function problemsOf({ path, problems }: NamedLanguageFile): string[] {
  return problems.map((problem) => `The language file ${path} ${problem}`)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new ConfigError([
      `The folder ${folder} for language files cannot be read: ${causeOf(error)}. Correct that, or set PROXIMA_DATA_DIR to another folder.`,
    ])
  }
}

/** What an operator can change. */
const causes: ReadonlyMap<string | undefined, string> = new Map([
  ['EACCES', 'this user may not read it'],
  ['EPERM', 'this user may not read it'],
  ['ENOTDIR', 'it is a file, or part of its path is'],
  ['EISDIR', 'it is a folder'],
  ['ENOENT', 'it is a link to a file that does not exist'],
  ['ELOOP', 'it is a link to itself'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'it is not valid UTF-8'],
])

/** @throws any other error than one of the file system, or of the encoding */
function causeOf(error: unknown): string {
  const code = codeOf(error)
  if (code === undefined) throw error
  return causes.get(code) ?? code
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function tagProblems(tag: string): string[] {
  try {
    if (Intl.getCanonicalLocales(tag)[0] === tag) return []
  } catch {
    // A name that is no tag is refused below.
  }
  return ['must be named after its language (BCP 47), such as rw.json or pt-BR.json.']
}
