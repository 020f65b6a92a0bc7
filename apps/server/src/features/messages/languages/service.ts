import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../../platform/config/config-error.ts'
import { bestOf } from '../../../platform/kernel/locale.ts'
import { type LanguageFile, readLanguageFile } from './language-file.ts'
import { Languages } from './languages.ts'

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
 * @throws ConfigError if a file is refused, or if the default language has none
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

/** Every JSON file of the folder, whether or not it can be used. */
export function readLanguageFiles(folder: string): readonly NamedLanguageFile[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => {
    const path = join(folder, name)
    const tag = name.slice(0, -'.json'.length)
    const file = readLanguageFile(readFileSync(path, 'utf8'))
    return { path, tag, ...file, problems: [...tagProblems(tag), ...file.problems] }
  })
}

function problemsOf({ path, problems }: NamedLanguageFile): string[] {
  return problems.map((problem) => `The language file ${path} ${problem}`)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function tagProblems(tag: string): string[] {
  try {
    if (Intl.getCanonicalLocales(tag)[0] === tag) return []
  } catch {
    // A name that is no tag is refused below.
  }
  return ['must be named after its language (BCP 47), such as rw.json or pt-BR.json.']
}
