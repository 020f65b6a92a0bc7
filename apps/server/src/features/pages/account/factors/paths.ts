import type { FactorId } from '../../../../platform/kernel/ids.ts'

/** The addresses of the pages on which owners change their second factors. */
export const appPath = '/account/security/app'
export const codesPath = '/account/security/recovery-codes'
export const factorsPath = '/account/security/factors'

export function factorPath(id: FactorId): string {
  return `${factorsPath}/${id}`
}
