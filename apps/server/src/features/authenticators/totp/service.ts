import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { minuteMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, type FactorId, newId } from '../../../platform/kernel/ids.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { Factor, FactorGuess } from '../factors/model.ts'
import type { FactorProof, OwnFactor } from '../factors/service.ts'
import { isSame, newSecret, stepOf } from './codes.ts'
import {
  confirmationMinutes,
  readTotpCode,
  type TotpEnrolment,
  type TotpSecret,
  totpNotStarted,
} from './model.ts'
import { otpauthUrlOf, qrSvgOf } from './qr-code.ts'
import type { TotpRepository } from './repository.ts'

export interface TotpOptions {
  readonly db: Database
  readonly totp: TotpRepository
  readonly sealer: Sealer
  readonly guesses: Pick<GuessesService, 'evaluate'>
  readonly clock: Clock
  /** What the app shows beside the code. */
  readonly serviceName: string
}

/** A code that was right for a secret, and its time step. */
interface RightCode {
  readonly secret: TotpSecret
  readonly step: number
  readonly now: Date
}

/**
 * Codes of authenticator apps (TOTP, RFC 6238). An account has one app. A new one takes the place of the former when a
 * code has confirmed it, so that people can move to another phone and are never without (A93).
 */
export class TotpService implements OwnFactor {
  readonly kind = 'totp'
  readonly #options: TotpOptions

  constructor(options: TotpOptions) {
    this.#options = options
  }

  /** Makes a new secret. It is no second factor before `confirm`. An earlier one that was not confirmed is forgotten. */
  async start(transaction: Transaction, account: Account): Promise<TotpEnrolment> {
    const { clock, sealer, serviceName, totp } = this.#options
    const secret = await newSecret()
    const id = newId<FactorId>()
    await totp.deleteState(transaction, account.id, 'pending')
    await totp.insert(transaction, account.id, {
      id,
      state: 'pending',
      name: defaultName,
      secretSealed: sealer.seal(secret, sealingContext(id)),
      lastStep: null,
      createdAt: clock.now(),
      lastUsedAt: null,
    })
    return await enrolmentOf(secret, serviceName, account)
  }

  /**
   * The secret that waits for its code, for someone who knows it. Another session of the account may have begun since
   * then. If its owner saw that secret, both would have it (A93).
   * @throws `totp_not_started`
   */
  async started(db: Database, account: Account, known: string): Promise<TotpEnrolment> {
    const { sealer, serviceName } = this.#options
    const { id, secretSealed } = await this.#pending(db, account.id)
    const secret = sealer.open(secretSealed, sealingContext(id))
    if (!isSame(secret, known)) throw new Failure(totpNotStarted)
    return await enrolmentOf(secret, serviceName, account)
  }

  /**
   * Evaluates the code that confirms the new secret. Never call it inside a transaction.
   * @returns null if it is wrong @throws `totp_not_started`, `rate_limited`
   */
  async verifyNew(guess: FactorGuess): Promise<FactorProof | null> {
    const { db, totp } = this.#options
    await this.#pending(db, guess.account.id)
    return await this.#verify(guess, 'pending', async (transaction, { secret, step, now }) => {
      await totp.deleteState(transaction, guess.account.id, 'confirmed')
      return await totp.confirm(transaction, secret.id, { step, now })
    })
  }

  async verify(guess: FactorGuess): Promise<FactorProof | null> {
    return await this.#verify(guess, 'confirmed', (transaction, { secret, ...accepted }) =>
      this.#options.totp.accept(transaction, secret.id, accepted),
    )
  }

  async isReady(db: Database, { id }: Account): Promise<boolean> {
    return (await this.#options.totp.find(db, id, 'confirmed')) !== null
  }

  async list(db: Database, accountId: AccountId): Promise<readonly Factor[]> {
    const secret = await this.#options.totp.find(db, accountId, 'confirmed')
    if (secret === null) return []
    const { id, name, createdAt, lastUsedAt } = secret
    return [{ id, kind: this.kind, name, createdAt, lastUsedAt, synced: null }]
  }

  hasNone(accountId: AccountId): Condition {
    return this.#options.totp.hasNone(accountId)
  }

  async rename(transaction: Transaction, accountId: AccountId, id: FactorId, name: string): Promise<boolean> {
    return await this.#options.totp.rename(transaction, accountId, id, name)
  }

  async remove(transaction: Transaction, accountId: AccountId, id: FactorId): Promise<boolean> {
    return await this.#options.totp.delete(transaction, accountId, id)
  }

  /**
   * Reseals the next secrets after `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { db, sealer, totp } = this.#options
    const page = { after: after as FactorId | null, limit: resealBatchSize }
    return await resealPage(db, {
      dryRun,
      rows: await totp.listSealed(db, page),
      keyOf: ({ id }) => id,
      changesOf: ({ id, secretSealed: read }) => {
        const resealed = sealer.reseal(read, sealingContext(id))
        return resealed === null ? [] : [{ id, read, resealed }]
      },
      replace: (transaction, { id, ...values }) => totp.replaceSealed(transaction, id, values),
    })
  }

  async #pending(db: Database, accountId: AccountId): Promise<TotpSecret> {
    const { clock, totp } = this.#options
    const pending = await totp.find(db, accountId, 'pending')
    if (pending === null || !isRecent(pending.createdAt, clock.now(), confirmationMinutes * minuteMs))
      throw new Failure(totpNotStarted)
    return pending
  }

  async #verify(
    { account, given, context, action, auditSubject }: FactorGuess,
    state: TotpSecret['state'],
    use: (transaction: Transaction, right: RightCode) => Promise<boolean>,
  ): Promise<FactorProof | null> {
    const code = readTotpCode(given.code ?? '')
    // It cannot be right, so it is no guess.
    if (code === null) return null
    const result = await this.#options.guesses.evaluate({
      authenticator: 'totp',
      subject: guessSubjectOf(account.id),
      typed: null,
      context,
      action,
      auditSubject,
      verify: async (count) => {
        await count()
        return await this.#findRight(account.id, state, code)
      },
    })
    if (!result.isRight) return null
    return {
      methods: ['totp'],
      use: async (transaction) => {
        if (!(await use(transaction, result.value))) return false
        await result.confirm(transaction)
        return true
      },
    }
  }

  async #findRight(
    accountId: AccountId,
    state: TotpSecret['state'],
    code: string,
  ): Promise<RightCode | null> {
    const { clock, db, sealer, totp } = this.#options
    const secret = await totp.find(db, accountId, state)
    if (secret === null) return null
    const now = clock.now()
    const step = await stepOf(sealer.open(secret.secretSealed, sealingContext(secret.id)), code, now)
    // A code that was used is no longer right (NIST SP 800-63B-4 §3.1.4.2). `accept` asks again, in the transaction.
    return step === null || step <= (secret.lastStep ?? -1) ? null : { secret, step, now }
  }
}

const defaultName = 'Authenticator app'

function sealingContext(id: FactorId) {
  return { purpose: 'totp_secrets.secret', id }
}

async function enrolmentOf(secret: string, serviceName: string, account: Account): Promise<TotpEnrolment> {
  const otpauthUrl = await otpauthUrlOf(secret, serviceName, nameInApp(account))
  return { secret, otpauthUrl, qrSvg: await qrSvgOf(otpauthUrl) }
}

function nameInApp({ email, id, phoneNumber, username }: Account): string {
  return username ?? email ?? phoneNumber ?? id
}
