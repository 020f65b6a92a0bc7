import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, type FactorId, newId, noAccountId } from '../../../platform/kernel/ids.ts'
import type { Factor, FactorGuess, PasskeyAssertion } from '../factors/model.ts'
import type { FactorProof, OwnFactor } from '../factors/service.ts'
import { verifyRegistration } from './answers.ts'
import type { IdentifiedOwner, PasskeyAssertions } from './assertions.ts'
import { authenticatorName } from './authenticator-names.ts'
import type { CeremoniesService } from './ceremonies/service.ts'
import { decoyCredentials } from './decoys.ts'
import {
  type NewCredential,
  namesOf,
  type Passkey,
  type PasskeyOwner,
  type PasskeyRegistration,
  passkeysMax,
  passkeyTaken,
  type RelyingParty,
  tooManyPasskeys,
  userHandleOf,
} from './model.ts'
import {
  type Attestation,
  type CreationOptions,
  type CredentialName,
  creationOptions,
  type RequestOptions,
  requestOptions,
} from './options/model.ts'
import type { PasskeysRepository } from './repository.ts'

export interface PasskeysOptions {
  readonly db: Database
  readonly passkeys: PasskeysRepository
  readonly assertions: PasskeyAssertions
  readonly ceremonies: CeremoniesService
  readonly keyedDigests: Pick<KeyedDigests, 'digest'>
  readonly clock: Clock
  readonly relyingParty: () => RelyingParty
  readonly attestation: Attestation
  /** True if no one may learn the passkeys of an account, and so which identifiers belong to it. */
  readonly hidesPasskeys: boolean
}

/** The options for a browser, and the flow with which its answer is sent. */
export interface Flow<Options> {
  readonly flow: string
  readonly publicKey: Options
}

/** Whom a stranger has named. */
export interface NamedOwner {
  readonly account: Account | null
  /** The identifier in its canonical form. */
  readonly typed: readonly string[]
}

/** Passkeys: discoverable credentials of WebAuthn with user verification. They sign in alone, or as a second factor. */
export class PasskeysService implements OwnFactor {
  readonly kind = 'passkey'
  readonly #options: PasskeysOptions

  constructor(options: PasskeysOptions) {
    this.#options = options
  }

  /** @param named null if any passkey of this website will do */
  async startSignIn(named: NamedOwner | null): Promise<Flow<RequestOptions>> {
    const { ceremonies } = this.#options
    const accountId = named?.account?.id ?? null
    const purpose = named === null ? 'sign_in' : 'sign_in_as'
    const { flow, challenge } = await ceremonies.start({ purpose, accountId })
    return { flow, publicKey: this.#requestOptions(challenge, named && (await this.#shownTo(named))) }
  }

  /**
   * Finds the owner of a passkey by the answer to the options of a sign-in. Never call it inside a transaction.
   * @throws `rate_limited`
   */
  async identify(
    { flow, response }: { readonly flow: string; readonly response: PasskeyAssertion },
    about: Pick<FactorGuess, 'action' | 'context'>,
  ): Promise<IdentifiedOwner> {
    const { assertions, ceremonies } = this.#options
    const ceremony = await ceremonies.take(flow, ['sign_in', 'sign_in_as'])
    return await assertions.identify({ ceremony, response }, about)
  }

  /** @param flowId what the answer is part of: the id of a challenge or of a session */
  async startWithin(
    purpose: 'second_factor' | 'reauthentication',
    account: Pick<Account, 'id'>,
    flowId: string,
  ): Promise<RequestOptions> {
    const { ceremonies, db, passkeys } = this.#options
    const challenge = await ceremonies.startWithin({ purpose, accountId: account.id }, flowId)
    return this.#requestOptions(challenge, await passkeys.list(db, account.id))
  }

  /** @param sessionId the session that adds the passkey: no other one can finish it */
  async startAddition(owner: PasskeyOwner, sessionId: string): Promise<Flow<CreationOptions>> {
    const { ceremonies, db, passkeys } = this.#options
    const { flow, challenge } = await ceremonies.start({ purpose: 'addition', accountId: owner.id }, [
      sessionId,
    ])
    return { flow, publicKey: this.#creationOptions(challenge, owner, await passkeys.list(db, owner.id)) }
  }

  /** For an account that is not stored yet. @param owner with the id that the account will have */
  async startRegistration(owner: PasskeyOwner): Promise<Flow<CreationOptions>> {
    const { ceremonies } = this.#options
    const { flow, challenge } = await ceremonies.start({ purpose: 'registration', accountId: null })
    return { flow, publicKey: this.#creationOptions(challenge, owner, []) }
  }

  /** @returns null if it is refused. It cannot be given again then. */
  async verifyAddition(
    { flow, response }: { readonly flow: string; readonly response: PasskeyRegistration },
    accountId: AccountId,
    sessionId: string,
  ): Promise<NewCredential | null> {
    const { ceremonies, relyingParty } = this.#options
    const ceremony = await ceremonies.take(flow, ['addition'], [sessionId])
    if (ceremony === null || ceremony.accountId !== accountId) return null
    return await verifyRegistration(response, { ...ceremony, relyingParty: relyingParty() })
  }

  /** @returns null if it is refused. It cannot be given again then. */
  async verifyRegistration(flow: string, response: PasskeyRegistration): Promise<NewCredential | null> {
    const { ceremonies, relyingParty } = this.#options
    const ceremony = await ceremonies.take(flow, ['registration'])
    return ceremony && (await verifyRegistration(response, { ...ceremony, relyingParty: relyingParty() }))
  }

  /**
   * In a transaction that has locked the account.
   * @param name null for the usual name of the authenticator
   * @throws `passkey_taken`, `too_many_passkeys`
   */
  async add(
    transaction: Transaction,
    accountId: AccountId,
    credential: NewCredential,
    name: string | null,
  ): Promise<Factor> {
    const { clock, passkeys } = this.#options
    const before = await passkeys.list(transaction, accountId)
    if (before.length >= passkeysMax) throw new Failure(tooManyPasskeys)
    const passkey = {
      ...credential,
      id: newId<FactorId>(),
      accountId,
      name: name ?? authenticatorName(credential.aaguid),
      createdAt: clock.now(),
      lastUsedAt: null,
      restrictedAt: null,
    }
    if (!(await passkeys.insert(transaction, passkey))) throw new Failure(passkeyTaken)
    return toFactor(passkey)
  }

  async verify({ given, ...guess }: FactorGuess): Promise<FactorProof | null> {
    const { assertions, ceremonies, passkeys } = this.#options
    const { response } = given
    if (response === undefined) return null
    const purpose = guess.action === 'reauthentication' ? 'reauthentication' : 'second_factor'
    const ceremony = await ceremonies.takeWithin(purpose, guess.flow)
    const used = await assertions.evaluateOwn(guess, { ceremony, response })
    if (used === null) return null
    return {
      methods: used.methods,
      use: async (transaction) => {
        if (!(await used.use(transaction))) return false
        // Whoever gives it after the password is the owner: someone who was in the account does not know the new password.
        if (purpose === 'second_factor') await passkeys.unrestrict(transaction, used.passkey.id)
        return true
      },
    }
  }

  async isReady(db: Database, { id }: Account): Promise<boolean> {
    return (await this.list(db, id)).length > 0
  }

  async list(db: Database, accountId: AccountId): Promise<readonly Factor[]> {
    return (await this.#options.passkeys.list(db, accountId)).map(toFactor)
  }

  hasNone(accountId: AccountId): Condition {
    return this.#options.passkeys.hasNone(accountId)
  }

  async rename(transaction: Transaction, accountId: AccountId, id: FactorId, name: string): Promise<boolean> {
    return await this.#options.passkeys.rename(transaction, accountId, id, name)
  }

  async remove(transaction: Transaction, accountId: AccountId, id: FactorId): Promise<boolean> {
    return await this.#options.passkeys.delete(transaction, accountId, id)
  }

  /**
   * After a recovery, each passkey is only a second factor until its owner gives it together with the new password. Someone
   * who was in the account may have added one, and must not stay in it (A09, A10). Removing them would make the recovery a
   * way around the second factor (A95).
   */
  async restrictAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { clock, passkeys } = this.#options
    await passkeys.restrictAll(transaction, accountId, clock.now())
  }

  /** Both look-ups are done in every case, so that the time does not reveal who has a passkey (I4). */
  async #shownTo({ account, typed }: NamedOwner): Promise<readonly CredentialName[]> {
    const { db, hidesPasskeys, keyedDigests, passkeys } = this.#options
    const own = await passkeys.list(db, account?.id ?? noAccountId)
    const decoys = decoyCredentials(keyedDigests, typed)
    if (hidesPasskeys) return []
    return account?.status === 'active' && own.length > 0 ? own : decoys
  }

  #requestOptions(challenge: string, allowed: readonly CredentialName[] | null): RequestOptions {
    return requestOptions({ challenge, relyingParty: this.#options.relyingParty(), allowed: allowed ?? [] })
  }

  #creationOptions(
    challenge: string,
    owner: PasskeyOwner,
    existing: readonly CredentialName[],
  ): CreationOptions {
    const { attestation, relyingParty } = this.#options
    const user = { handle: userHandleOf(owner.id), ...namesOf(owner) }
    return creationOptions({ attestation, challenge, existing, relyingParty: relyingParty(), user })
  }
}

function toFactor({ backupState, createdAt, id, lastUsedAt, name }: Passkey): Factor {
  return { id, kind: 'passkey', name, createdAt, lastUsedAt, synced: backupState === 'backed_up' }
}
