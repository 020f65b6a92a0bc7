import type { Settings } from './settings.ts'

/** Only for a value that Proxima has signed or answered: what callers make up must not reach the log (CWE-117). */
export type OnMismatch = (claim: 'iss' | 'aud', value: unknown) => void

const shownLengthMax = 200

/**
 * Tells the operator that this guard refuses a credential of Proxima because of its own settings. The caller learns only
 * that the credential is not valid, so without this line nothing would say why.
 */
export function mismatchReport({
  issuer,
  audience,
  logger,
}: Pick<Settings, 'issuer' | 'audience' | 'logger'>): OnMismatch {
  const reported = new Set<string>()
  return (claim, value) => {
    // Once: every request brings such a token if the setting is wrong.
    if (reported.has(claim)) return
    reported.add(claim)
    const text = claim === 'iss' ? wrongIssuer(value, issuer) : wrongAudience(value, audience)
    logger.warn(`A token of Proxima was refused: ${text}`)
  }
}

function wrongIssuer(value: unknown, issuer: string): string {
  return `its issuer is ${shown(value)}, and the setting issuer is ${shown(issuer)}. Set it exactly as PROXIMA_PUBLIC_URL.`
}

function wrongAudience(value: unknown, audience: string): string {
  return `its audience is ${shown(value)}, and the setting audience is ${shown(audience)}. If this service should accept it, set audience exactly as PROXIMA_AUDIENCE.`
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, shownLengthMax)
}
