import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import {
  isEnteredByOthers,
  isReadByOthers,
  isWrittenByOthers,
  modeOf,
  octal,
} from '../../app/doctor/modes.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import { ConfigError } from '../../platform/config/config-error.ts'
import { secretFile } from '../../platform/config/data-folder.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { readMasterSecret } from '../../platform/config/master-secret.ts'
import type { Environment } from '../../platform/config/read-given.ts'

/** Unlike a start, this check does not create a secret. */
export function checkMasterSecret(config: Config, environment: Environment): readonly Finding[] {
  if (config.secret === null) return checkOwnFile(config)
  const path = environment['PROXIMA_SECRET_FILE'] ?? ''
  return path === '' ? [inEnvironment] : checkGivenFile(path)
}

const inEnvironment: Finding = {
  severity: 'note',
  code: 'secret_in_environment',
  summary: 'The master secret is in the environment, which crash reports and child processes can see.',
  advice: 'A file is safer: create one with mode 0400, and set PROXIMA_SECRET_FILE to its path.',
}

function checkGivenFile(path: string): readonly Finding[] {
  const mode = modeOf(path)
  // A folder that no other user may enter protects its files.
  if (!isReadByOthers(mode) || !isEnteredByOthers(modeOf(dirname(path)))) return []
  const isWritten = isWrittenByOthers(mode)
  return [
    {
      severity: isWritten ? 'error' : isMountedByContainers(path) ? 'note' : 'warning',
      code: 'secret_exposed',
      summary: `Other users can ${isWritten ? 'change' : 'read'} the file of the master secret, ${path} (mode ${octal(mode)}).`,
      advice: `Run: chmod 400 ${path}. For a container secret, set the mode where it is mounted.`,
    },
  ]
}

// Docker mounts secrets so that all users can read them, and a container seldom has other users.
function isMountedByContainers(path: string): boolean {
  return resolve(path).startsWith('/run/secrets/')
}

function checkOwnFile(config: Config): readonly Finding[] {
  const path = secretFile(config)
  if (!existsSync(path))
    return [
      {
        severity: 'note',
        code: 'secret_not_made',
        summary: `There is no master secret yet. The first start creates ${path}.`,
        advice: 'Keep a copy of it: the data cannot be used without it.',
      },
    ]
  try {
    readMasterSecret(config)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((summary) => ({
      severity: 'error',
      code: 'secret_refused',
      summary,
      advice: 'The server does not start until this is fixed.',
    }))
  }
  return [
    {
      severity: 'note',
      code: 'secret_beside_data',
      summary: `The master secret is next to the data that it protects, in ${path}.`,
      advice: 'Keep a copy in another place. In production, set PROXIMA_SECRET_FILE.',
    },
  ]
}
