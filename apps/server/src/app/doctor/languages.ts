import type { Finding } from '../../features/administration/deployment/model.ts'
import { readLanguageFiles, readLanguages } from '../../features/languages/service.ts'
import { ConfigError } from '../../platform/config/config-error.ts'
import { localesFolder } from '../../platform/config/data-folder.ts'
import type { Config } from '../../platform/config/load-config.ts'

/** Checks the language files of the operator, and the default language. */
export function checkLanguages(config: Pick<Config, 'dataDir' | 'locale'>): readonly Finding[] {
  const folder = localesFolder(config)
  try {
    readLanguages({ folder, locale: config.locale })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((summary) => ({
      severity: 'error',
      code: 'language_refused',
      summary,
      advice: 'docs/guides/mail.md describes the file. The server does not start until this is corrected.',
    }))
  }
  return readLanguageFiles(folder).flatMap(({ path, missing }): Finding[] =>
    missing.length === 0 ? [] : [incomplete(path, missing)],
  )
}

function incomplete(path: string, missing: readonly string[]): Finding {
  return {
    severity: 'note',
    code: 'language_incomplete',
    summary: `The language file ${path} lacks sentences, which appear in another language: ${missing.join(', ')}.`,
    advice: 'Add them. docs/guides/mail.md describes the file.',
  }
}
