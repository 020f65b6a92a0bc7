import type { ResealStep, Sealer } from '../../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../../platform/database/resealing.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { PrivateDetails } from '../model.ts'
import { type AccountsRepository, withoutAbsent } from '../repository.ts'

export interface PrivateDetailsServiceOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsRepository, 'listSealed' | 'replaceSealed'>
  readonly sealer: Sealer
}

type Field = 'address' | 'national_id'

/**
 * Seals and opens the address and the national id of accounts. A thief of the database would want these most (ASVS 5.0
 * §14.2.4).
 */
export class PrivateDetailsService {
  readonly #options: PrivateDetailsServiceOptions

  constructor(options: PrivateDetailsServiceOptions) {
    this.#options = options
  }

  /** @returns columns for the given details only */
  seal(id: AccountId, { address, nationalId }: Partial<PrivateDetails>) {
    return withoutAbsent({
      address_sealed: this.#seal(id, 'address', address),
      national_id_sealed: this.#seal(id, 'national_id', nationalId),
    })
  }

  /** Opens the details. Call this only for the owner, or for an administrator who has the permission. */
  open({ id, addressSealed, nationalIdSealed }: Account): PrivateDetails {
    return {
      address: this.#open(id, 'address', addressSealed),
      nationalId: this.#open(id, 'national_id', nationalIdSealed),
    }
  }

  /**
   * Reseals the details that a previous master secret sealed, in the next accounts after `after`. Running servers can
   * open both seals.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { accounts, db } = this.#options
    const page = { after: after as AccountId | null, limit: resealBatchSize }
    return await resealPage(db, {
      dryRun,
      rows: await accounts.listSealed(db, page),
      keyOf: ({ id }) => id,
      changesOf: ({ id, addressSealed, nationalIdSealed }) => [
        ...this.#resealed(id, 'address', addressSealed),
        ...this.#resealed(id, 'national_id', nationalIdSealed),
      ],
      replace: (transaction, { id, column, ...values }) =>
        accounts.replaceSealed(transaction, id, column, values),
    })
  }

  #seal(id: AccountId, field: Field, value: string | null | undefined): string | null | undefined {
    return typeof value === 'string' ? this.#options.sealer.seal(value, contextOf(id, field)) : value
  }

  #open(id: AccountId, field: Field, sealed: string | null): string | null {
    return sealed === null ? null : this.#options.sealer.open(sealed, contextOf(id, field))
  }

  #resealed(id: AccountId, field: Field, read: string | null) {
    if (read === null) return []
    const resealed = this.#options.sealer.reseal(read, contextOf(id, field))
    const column = `${field}_sealed` as const
    return resealed === null ? [] : [{ id, column, read, resealed }]
  }
}

function contextOf(id: AccountId, field: Field) {
  return { purpose: `accounts.${field}`, id }
}
