import { checkBrowserCookies } from '../../app/doctor/browser-cookies.ts'
import { checkContracts } from '../../app/doctor/contracts.ts'
import { checkDataFolder } from '../../app/doctor/data-folder.ts'
import { checkDisk } from '../../app/doctor/disk.ts'
import { checkFileModes } from '../../app/doctor/file-modes.ts'
import { checkLanguages } from '../../app/doctor/languages.ts'
import { checkMail } from '../../app/doctor/mail.ts'
import { checkMetrics } from '../../app/doctor/metrics.ts'
import { checkProviders } from '../../app/doctor/providers.ts'
import { checkPublicUrl } from '../../app/doctor/public-url.ts'
import { runCheck } from '../../app/doctor/run-check.ts'
import { checkNode, checkRegion } from '../../app/doctor/runtime.ts'
import { checkTrustedProxies } from '../../app/doctor/trusted-proxies.ts'
import { type Finding, worstFirst } from '../../features/administration/deployment/model.ts'
import { ConfigError } from '../../platform/config/config-error.ts'
import { type Config, loadConfig } from '../../platform/config/load-config.ts'
import type { Environment } from '../../platform/config/read-given.ts'
import { checkAddress } from './address.ts'
import { checkAuditTrail } from './audit-trail.ts'
import { checkDatabase } from './database.ts'
import { checkFactorRoles } from './factor-roles.ts'
import { checkHashing } from './hashing.ts'
import { checkImportedPasswords } from './imported-passwords.ts'
import { checkMasterSecret } from './master-secret.ts'
import { checkPreconditions } from './preconditions.ts'
import { checkSealedData } from './sealed-data.ts'
import { checkServers } from './servers.ts'
import { checkSettingFiles } from './setting-files.ts'

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
  ['the providers', checkProviders],
  ['the languages', checkLanguages],
  ['the contracts', checkContracts],
  ['the imported passwords', checkImportedPasswords],
  ['the roles that need a second factor', checkFactorRoles],
  ['password hashing', checkHashing],
  ['Node', checkNode],
  ['the region', checkRegion],
]

/** Runs every check and changes nothing. The worst finding comes first. */
export async function examine(environment: Environment): Promise<Finding[]> {
  const config = tryLoad(environment)
  if (Array.isArray(config)) return config
  const findings: Finding[] = []
  for (const [name, check] of checks)
    findings.push(...(await runCheck(name, () => check(config, environment))))
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
