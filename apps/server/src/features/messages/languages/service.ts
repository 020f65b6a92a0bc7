import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../../platform/config/config-error.ts'
import { bestOf } from '../../../platform/kernel/locale.ts'
import { type LanguageFile, readLanguageFile } from './language-file.ts'
import { Languages } from './languages.ts'

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
