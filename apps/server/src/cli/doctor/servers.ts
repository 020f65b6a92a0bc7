import { judgeServers } from '../../app/doctor/servers.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { askData } from './with-services.ts'

/** Compares the servers that run on this database. It sees only those that have reported in the last ten minutes. */
export async function checkServers(config: Config): Promise<readonly Finding[]> {
  const running = await askData(config, ({ servers }) => servers.listRunning())
  return judgeServers(running ?? [])
}
