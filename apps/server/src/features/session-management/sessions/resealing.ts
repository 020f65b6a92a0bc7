import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { sealingContext } from './draft-session.ts'
import type { SessionsRepository } from './repository.ts'

export interface ResealOptions {
  readonly db: Database
  readonly sealer: Sealer
  readonly sessions: Pick<SessionsRepository, 'listSealed' | 'replaceSealed'>
}

/**
 * Reseals the next refresh keys after `after` that a previous master secret sealed.
 * @throws WrongMasterSecret, DamagedSeal
 */
export async function resealKeys(
  { db, sealer, sessions }: ResealOptions,
  { after, dryRun }: { readonly after: string | null; readonly dryRun: boolean },
): Promise<ResealStep> {
  const page = { after: after as SessionId | null, limit: resealBatchSize }
  return await resealPage(db, {
    dryRun,
    rows: await sessions.listSealed(db, page),
    keyOf: ({ id }) => id,
    changesOf: ({ id, keySealed: read }) => {
      const resealed = sealer.reseal(read, sealingContext(id))
      return resealed === null ? [] : [{ id, read, resealed }]
    },
    replace: (transaction, { id, ...values }) => sessions.replaceSealed(transaction, id, values),
  })
}
