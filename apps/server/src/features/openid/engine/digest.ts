import { digestSecret } from '../../../platform/crypto/digests.ts'

/** The digest of an id of the provider. Two kinds never share one. */
export function entryDigest(kind: string, id: string): string {
  return digestSecret(`${kind} ${id}`)
}

export function grantDigest(id: string): string {
  return entryDigest('Grant', id)
}
