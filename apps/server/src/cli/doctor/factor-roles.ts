import { unknownFactorRoles } from '../../app/doctor/factor-roles.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { askData } from './with-services.ts'

export async function checkFactorRoles(config: Config): Promise<readonly Finding[]> {
  return (
    (await askData(
      config,
      async ({ roleDefinitions }) => await unknownFactorRoles(config, roleDefinitions),
    )) ?? []
  )
}
