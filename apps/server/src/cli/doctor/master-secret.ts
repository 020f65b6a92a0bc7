import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ConfigError } from '../../platform/config/config-error.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { readMasterSecret } from '../../platform/config/master-secret.ts'
import type { Environment } from '../../platform/config/read-given.ts'
import type { Finding } from './finding.ts'
import { isEnteredByOthers, isReadByOthers, isWrittenByOthers, modeOf, octal } from './modes.ts'

/** Never makes a secret, as a start would. */
export function checkMasterSecret(config: Config, environment: Environment): readonly Finding[] {
  if (config.secret === null) return checkOwnFile(config)
  const path = environment['PROXIMA_SECRET_FILE'] ?? ''
  return path === '' ? [inEnvironment] : checkGivenFile(path)
}

const inEnvironment: Finding = {
  severity: 'note',
  code: 'secret_in_environment',
  summary: 'The master secret is in the environment, which crash reports and child processes get to see.',
  advice: 'A file is safer: give its path in PROXIMA_SECRET_FILE, with mode 0400.',
}

function checkGivenFile(path: string): readonly Finding[] {
  const mode = modeOf(path)
  // A folder that nobody else may enter keeps what is in it.
  if (!isReadByOthers(mode) || !isEnteredByOthers(modeOf(dirname(path)))) return []
  const isWritten = isWrittenByOthers(mode)
  return [
    {
      severity: isWritten ? 'error' : isMountedByContainers(path) ? 'note' : 'warning',
      code: 'secret_exposed',
      summary: `The file of the master secret, ${path}, can be ${isWritten ? 'changed' : 'read'} by other users (mode ${octal(mode)}).`,
      advice: `chmod 400 ${path}; a secret of a container takes a mode where it is mounted.`,
    },
  ]
}

// Docker hands secrets over readable by all, and in a container there is seldom anybody else.
function isMountedByContainers(path: string): boolean {
  return resolve(path).startsWith('/run/secrets/')
}

function checkOwnFile(config: Config): readonly Finding[] {
  const path = join(config.dataDir, 'secret')
  if (!existsSync(path))
    return [
      {
        severity: 'note',
        code: 'secret_not_made',
        summary: `There is no master secret yet; the first start makes ${path}.`,
        advice: 'Keep a copy of it: without it the data cannot be used.',
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
      advice: 'The server does not start until this is mended.',
    }))
  }
  return [
    {
      severity: 'note',
      code: 'secret_beside_data',
      summary: `The master secret lies beside the data it protects, in ${path}.`,
      advice: 'Keep a copy elsewhere. In production it is given by PROXIMA_SECRET_FILE.',
    },
  ]
}
