import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'

/** How many imported passwords need something that only a setting gives. */
export interface DependentPasswords {
  readonly onBackend: number
  readonly onPepper: number
}

/** Some imported passwords need a setting until their owners have signed in once. */
export function judgeImportedPasswords(
  counts: DependentPasswords,
  config: Pick<Config, 'importedPepper' | 'verifyPasswordsWith'>,
): readonly Finding[] {
  return [
    ...judge(counts.onBackend, config.verifyPasswordsWith !== null, {
      code: 'old_backend',
      setting: 'PROXIMA_VERIFY_PASSWORDS_WITH',
      need: 'can only be checked by the old backend',
    }),
    ...judge(counts.onPepper, config.importedPepper !== null, {
      code: 'imported_pepper',
      setting: 'PROXIMA_IMPORTED_PEPPER',
      need: 'need the pepper of the system that made them',
    }),
  ]
}

function judge(
  count: number,
  isSet: boolean,
  { code, setting, need }: { readonly code: string; readonly setting: string; readonly need: string },
): readonly Finding[] {
  if (count > 0 && !isSet)
    return [
      {
        severity: 'error',
        code: `${code}_missing`,
        summary: `${count} imported passwords ${need}, but ${setting} is not set. Their owners cannot sign in.`,
        advice: `Set ${setting} on every server. If the old system is gone, their owners can use "forgot password".`,
      },
    ]
  if (count > 0)
    return [
      {
        severity: 'note',
        code: `${code}_needed`,
        summary: `${count} imported passwords ${need}: their owners have not signed in since the import.`,
        advice: `Keep ${setting} until this note is gone.`,
      },
    ]
  if (!isSet) return []
  return [
    {
      severity: 'note',
      code: `${code}_unused`,
      summary: `No imported password needs ${setting} any more.`,
      advice: `Remove ${setting} from the settings of every server.`,
    },
  ]
}
