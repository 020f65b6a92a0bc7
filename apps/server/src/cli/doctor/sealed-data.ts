import type { Config } from '../../platform/config/load-config.ts'
import { countSealed, type SealedValues } from '../../platform/database/sealed-values.ts'
import type { Finding } from './finding.ts'
import { askData } from './with-services.ts'

/** Looks for values that this server cannot open, and for those that a rotation of the secret has left. */
export async function checkSealedData(config: Config): Promise<readonly Finding[]> {
  const findings = await askData(config, async ({ db, sealer }) =>
    judgeSealed(await countSealed(db), sealer.keyIds),
  )
  return findings ?? []
}

export function judgeSealed(sealed: readonly SealedValues[], keyIds: readonly string[]): readonly Finding[] {
  const [current, ...previous] = keyIds
  const findings: Finding[] = sealed
    .filter(({ secretId }) => !keyIds.includes(secretId))
    .map(({ column, secretId, count }) => ({
      severity: 'error',
      code: 'sealed_with_missing_secret',
      summary: `${count} values in ${column} are sealed with the secret ${secretId}, which this server does not have (its own is ${current}).`,
      advice: 'Add that secret to PROXIMA_SECRET_PREVIOUS, and run "proxima secret rotate".',
    }))
  const left = sealed.filter(({ secretId }) => previous.includes(secretId))
  if (left.length > 0)
    findings.push({
      severity: 'note',
      code: 'rotation_unfinished',
      summary: `${left.reduce((sum, { count }) => sum + count, 0)} values are still sealed with a previous secret.`,
      advice: 'Run "proxima secret rotate" before you remove PROXIMA_SECRET_PREVIOUS.',
    })
  return findings
}
