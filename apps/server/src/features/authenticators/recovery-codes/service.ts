import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { FactorGuess } from '../factors/model.ts'
import type { FactorProof, SecondFactor } from '../factors/service.ts'
import { codesInSet, inGroups, readRecoveryCode } from './model.ts'
import { newRecoveryCode } from './new-code.ts'
import type { RecoveryCodesRepository } from './repository.ts'

export interface RecoveryCodesOptions {
  readonly db: Database
  readonly recoveryCodes: RecoveryCodesRepository
  readonly guesses: Pick<GuessesService, 'evaluate'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly clock: Clock
}

/**
 * Codes that the owner keeps on paper, for the day on which no other second factor is at hand (look-up secrets, NIST SP
 * 800-63B-4 §3.1.2). Each is used once.
 */
export class RecoveryCodesService implements SecondFactor {
  readonly kind = 'recovery_code'
  readonly #options: RecoveryCodesOptions

  constructor(options: RecoveryCodesOptions) {
    this.#options = options
  }

  /** Makes a new set. The codes are shown only once, and no earlier code works any longer. */
  async replace(transaction: Transaction, accountId: AccountId): Promise<readonly string[]> {
    const { clock, recoveryCodes } = this.#options
    const codes = Array.from({ length: codesInSet }, newRecoveryCode)
    await recoveryCodes.deleteByAccount(transaction, accountId)
    await recoveryCodes.insertAll(transaction, accountId, codes.map(digestSecret), clock.now())
    return codes.map(inGroups)
  }

  async removeAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.recoveryCodes.deleteByAccount(transaction, accountId)
  }

  /** How many codes the account has that are not used. */
  async left(db: Database, accountId: AccountId): Promise<number> {
    return await this.#options.recoveryCodes.count(db, accountId)
  }

  async isReady(db: Database, { id }: Account): Promise<boolean> {
    return (await this.left(db, id)) > 0
  }

  async verify({ account, given, ...guess }: FactorGuess): Promise<FactorProof | null> {
    const { db, guesses, outbox, recoveryCodes } = this.#options
    const code = readRecoveryCode(given.code ?? '')
    // It cannot be right, so it is no guess.
    if (code === null) return null
    const digest = digestSecret(code)
    const { context, action, auditSubject } = guess
    const result = await guesses.evaluate({
      authenticator: 'recovery_code',
      subject: guessSubjectOf(account.id),
      typed: null,
      context,
      action,
      auditSubject,
      verify: async (count) => {
        await count()
        return (await recoveryCodes.has(db, account.id, digest)) || null
      },
    })
    if (!result.isRight) return null
    return {
      methods: ['recovery_code'],
      use: async (transaction) => {
        if (!(await recoveryCodes.delete(transaction, account.id, digest))) return false
        await result.confirm(transaction)
        const left = await this.left(transaction, account.id)
        await outbox.notifyEveryContact(transaction, account, 'recovery_code_used', { context, left })
        return true
      },
    }
  }
}
