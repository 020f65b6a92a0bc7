import { ConfigError } from '../../platform/config/config-error.ts'
import { type Config, loadConfig } from '../../platform/config/load-config.ts'
import type { Environment } from '../../platform/config/read-given.ts'
import { checkAddress } from './address.ts'
import { checkAuditTrail } from './audit-trail.ts'
import { checkBrowserCookies } from './browser-cookies.ts'
import { checkContracts } from './contracts.ts'
import { checkDataFolder } from './data-folder.ts'
import { checkDatabase } from './database.ts'
import { checkDisk } from './disk.ts'
import { checkFileModes } from './file-modes.ts'
import { type Finding, worstFirst } from './finding.ts'
import { checkHashing } from './hashing.ts'
import { checkLanguages } from './languages.ts'
import { checkMail } from './mail.ts'
import { checkMasterSecret } from './master-secret.ts'
import { checkMetrics } from './metrics.ts'
import { checkPreconditions } from './preconditions.ts'
import { checkPublicUrl } from './public-url.ts'
import { checkNode, checkRegion } from './runtime.ts'
import { checkSealedData } from './sealed-data.ts'
import { checkServers } from './servers.ts'
import { checkSettingFiles } from './setting-files.ts'
import { checkTrustedProxies } from './trusted-proxies.ts'

type Check = (config: Config, environment: Environment) => readonly Finding[] | Promise<readonly Finding[]>

/** The order of findings of the same severity. */
export const checks: readonly (readonly [name: string, check: Check])[] = [
  ['the master secret', checkMasterSecret],
  ['the files of settings', checkSettingFiles],
  ['the data folder', checkDataFolder],
  ['the modes of files', checkFileModes],
  ['what a start refuses', checkPreconditions],
  ['the database', checkDatabase],
  ['the sealed data', checkSealedData],
  ['the audit trail', checkAuditTrail],
  ['the servers', checkServers],
  ['the disk', checkDisk],
  ['the address', checkAddress],
  ['the public URL', checkPublicUrl],
  ['the cookies of browsers', checkBrowserCookies],
  ['the proxies', checkTrustedProxies],
  ['the metrics', checkMetrics],
  ['the mail', checkMail],
  ['the languages', checkLanguages],
  ['the contracts', checkContracts],
  ['password hashing', checkHashing],
  ['Node', checkNode],
  ['the region', checkRegion],
]

/** Runs every check and changes nothing. The worst finding comes first. */
export async function examine(environment: Environment): Promise<Finding[]> {
  const config = tryLoad(environment)
  if (Array.isArray(config)) return config
  const findings: Finding[] = []
  for (const [name, check] of checks) findings.push(...(await run(name, () => check(config, environment))))
  return worstFirst(findings)
}

function tryLoad(environment: Environment): Config | Finding[] {
  try {
    return loadConfig(environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((summary) => ({
      severity: 'error',
      code: 'config_refused',
      summary,
      advice:
        'The server does not start with this value. docs/config.md lists the valid values. Nothing else was checked.',
    }))
  }
}

/** A check that fails must not hide the findings of the others. */
async function run(name: string, check: () => ReturnType<Check>): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [
      {
        severity: 'warning',
        code: 'not_checked',
        summary: `Could not check ${name}: ${error instanceof Error ? error.message : String(error)}`,
        advice: 'Run this command as the user that runs the server.',
      },
    ]
  }
}
