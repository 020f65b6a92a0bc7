import { findRefusals } from '../../app/preconditions.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { askServices } from './with-services.ts'

/** Reports what a start on this database would refuse. */
export async function checkPreconditions(config: Config): Promise<readonly Finding[]> {
  const refusals = await askServices(config, ({ keys }, connection) =>
    findRefusals({ connection, migrates: config.migrate, keys }),
  )
  return (refusals ?? []).map((refusal) => ({ severity: 'error', ...refusal }))
}
