import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { type Environment, readGiven } from '../../platform/config/read-given.ts'
import { allSettings } from '../../platform/config/settings.ts'

/** Looks at the files of NAME_FILE settings. Never shows what is in them. */
export function checkSettingFiles(_config: Config, environment: Environment): readonly Finding[] {
  return allSettings.flatMap(({ name }) => {
    const given = readGiven(environment, name, [])
    const stray = given === null || given.path === null ? null : strayIn(given.text)
    return stray === null ? [] : [strayCharacters(`${name}_FILE`, given?.path ?? '', stray)]
  })
}

function strayIn(text: string): string | null {
  if (/^(["']).*\1$/s.test(text)) return 'quotes around its text'
  if (/^\s/.test(text)) return 'white space at its start'
  if (/\s$/.test(text)) return 'white space or a second line end at its end'
  if (text.startsWith('\uFEFF')) return 'a byte order mark at its start'
  return null
}

function strayCharacters(name: string, path: string, stray: string): Finding {
  return {
    severity: 'warning',
    code: 'setting_file_untidy',
    summary: `The file of ${name} (${path}) has ${stray}, which the server reads as part of the value.`,
    advice:
      'If that is a mistake, correct the file. But if the file holds the master secret and data is already sealed with it, see docs/guides/keys.md first.',
  }
}
