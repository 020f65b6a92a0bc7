import { type Finding, worstFirst } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import type { Services } from '../wire.ts'
import { judgeTail, tailBlocksMax } from './audit-trail.ts'
import { checkBrowserCookies } from './browser-cookies.ts'
import { checkContracts } from './contracts.ts'
import { checkDataFolder } from './data-folder.ts'
import { checkDisk } from './disk.ts'
import { unknownFactorRoles } from './factor-roles.ts'
import { checkFileModes } from './file-modes.ts'
import { judgeImportedPasswords } from './imported-passwords.ts'
import { checkLanguages } from './languages.ts'
import { checkMail } from './mail.ts'
import { checkMetrics } from './metrics.ts'
import { checkPublicUrl } from './public-url.ts'
import { runCheck } from './run-check.ts'
import { checkNode, checkRegion } from './runtime.ts'
import { judgeServers } from './servers.ts'
import { checkTrustedProxies } from './trusted-proxies.ts'

interface Running {
  readonly config: Config
  readonly services: Pick<Services, 'keys' | 'passwords' | 'roleDefinitions' | 'servers' | 'tailVerification'>
  readonly clock: Clock
}

type Check = (running: Running) => readonly Finding[] | Promise<readonly Finding[]>

/** What a running server can find out by itself. `proxima doctor` checks more. */
const checks: readonly (readonly [name: string, check: Check])[] = [
  ['the data folder', ({ config }) => checkDataFolder(config)],
  ['the modes of files', ({ config }) => checkFileModes(config)],
  ['the audit trail', checkTail],
  ['the servers', async ({ services }) => judgeServers(await services.servers.listRunning())],
  ['the disk', ({ config }) => checkDisk(config)],
  ['the public URL', ({ config }) => checkPublicUrl(config)],
  ['the cookies of browsers', ({ config }) => checkBrowserCookies(config)],
  ['the proxies', ({ config }) => checkTrustedProxies(config)],
  ['the metrics', ({ config }) => checkMetrics(config)],
  ['the mail', ({ config }) => checkMail(config)],
  ['the languages', ({ config }) => checkLanguages(config)],
  ['the contracts', ({ config }) => checkContracts(config)],
  ['the imported passwords', checkPasswords],
  [
    'the roles that need a second factor',
    ({ config, services }) => unknownFactorRoles(config, services.roleDefinitions),
  ],
  ['Node', () => checkNode()],
  ['the region', ({ config }) => checkRegion(config)],
]

/** Runs the checks, and changes nothing. The worst finding comes first. */
export async function examineRunning(running: Running): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, check] of checks) findings.push(...(await runCheck(name, () => check(running))))
  return worstFirst(findings)
}

async function checkTail({ clock, services }: Running): Promise<readonly Finding[]> {
  const { keys, tailVerification } = services
  const tail = await tailVerification.verify(await keys.ownPublicKeys(), tailBlocksMax)
  return judgeTail(tail, { isRunning: true, now: clock.now() })
}

async function checkPasswords({ config, services }: Running): Promise<readonly Finding[]> {
  return judgeImportedPasswords(await services.passwords.countDependent(), config)
}
