import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { countSealed, type SealedValues } from '../../platform/database/sealed-values.ts'
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
  const missing = sealed.filter(({ secretId }) => !keyIds.includes(secretId))
  // If the secret opens nothing, it is the wrong one. A rotation would not help.
  if (missing.length > 0 && missing.length === sealed.length) return [opensNothing(missing, keyIds)]
  const findings: Finding[] = missing.map(({ column, secretId, count }) => ({
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
      summary: `${countOf(left)} values are still sealed with a previous secret.`,
      advice: 'Run "proxima secret rotate" before you remove PROXIMA_SECRET_PREVIOUS.',
    })
  return findings
}

function opensNothing(sealed: readonly SealedValues[], keyIds: readonly string[]): Finding {
  const secretIds = new Set(sealed.map(({ secretId }) => secretId))
  return {
    severity: 'error',
    code: 'secret_opens_nothing',
    summary: `This server has the secret ${keyIds.join(' and ')}, which opens none of the ${countOf(sealed)} sealed values: they are sealed with ${[...secretIds].join(' and ')}.`,
    advice:
      'First check that PROXIMA_SECRET_FILE or PROXIMA_SECRET holds the right secret: compare it with your copy, or with ' +
      'another server. One other character makes another secret. Then check that PROXIMA_DATABASE_URL names the right ' +
      'database. Only if you replaced the secret on purpose, add the earlier one to PROXIMA_SECRET_PREVIOUS.',
  }
}

function countOf(sealed: readonly SealedValues[]): number {
  return sealed.reduce((sum, { count }) => sum + count, 0)
}
