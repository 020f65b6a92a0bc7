import { judgeImportedPasswords } from '../../app/doctor/imported-passwords.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { askData } from './with-services.ts'

export async function checkImportedPasswords(config: Config): Promise<readonly Finding[]> {
  const counts = await askData(config, async ({ passwords }) => await passwords.countDependent())
  return counts === null ? [] : judgeImportedPasswords(counts, config)
}
