import { judgeTail, tailBlocksMax } from '../../app/doctor/audit-trail.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { askData } from './with-services.ts'

/** Verifies the end of the audit trail, and looks whether it still grows. `proxima audit verify` reads all of it. */
export async function checkAuditTrail(config: Config): Promise<readonly Finding[]> {
  const findings = await askData(config, async ({ keys, servers, tailVerification }) => {
    const tail = await tailVerification.verify(await keys.ownPublicKeys(), tailBlocksMax)
    const isRunning = (await servers.listRunning()).length > 0
    return judgeTail(tail, { isRunning, now: new Date() })
  })
  return findings ?? []
}
