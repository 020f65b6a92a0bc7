import type { KeyInfo } from '../../features/session-management/keys/service.ts'
import { printTable } from '../output.ts'

/** Times are in RFC 3339. `retires_at` is null while the key is in use. */
export function keyView({ kid, algorithm, state, createdAt, activatesAt, retiresAt }: KeyInfo) {
  return {
    kid,
    algorithm,
    state,
    created_at: createdAt.toISOString(),
    activates_at: activatesAt.toISOString(),
    retires_at: retiresAt?.toISOString() ?? null,
  }
}

export function printKeys(keys: readonly KeyInfo[]): void {
  const rows = keys.map((key) => Object.values(keyView(key)).map((value) => value ?? '-'))
  printTable(['kid', 'algorithm', 'state', 'created_at', 'activates_at', 'retires_at'], rows)
}
