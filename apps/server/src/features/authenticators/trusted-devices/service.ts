import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, newId, type TrustedDeviceId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import { trustedDevicePrefix } from '../../../platform/kernel/trusted-device.ts'
import { type DeviceSecret, devicesPerAccountMax, type TrustedDevice } from './model.ts'
import type { TrustedDevicesRepository } from './repository.ts'

export interface TrustedDevicesOptions {
  readonly db: Database
  readonly trustedDevices: TrustedDevicesRepository
  readonly keyedDigests: KeyedDigests
  readonly clock: Clock
  /** How long a device is trusted; 0 if none is. */
  readonly trustMs: number
}

/**
 * Devices that need no second factor for a while. Each keeps a secret of 256 bits, of which only a keyed digest is stored,
 * together with the account: the secret of another account is worth nothing. Whatever ends the sessions of an account also
 * ends the trust, so no way of changing a password can forget it (I2).
 */
export class TrustedDevices {
  readonly #options: TrustedDevicesOptions

  constructor(options: TrustedDevicesOptions) {
    this.#options = options
  }

  get isOn(): boolean {
    return this.#options.trustMs > 0
  }

  /**
   * Trusts the device of this request, in the transaction that has locked its account. If it was trusted before, its
   * former secret no longer works.
   */
  async trust(
    transaction: Transaction,
    accountId: AccountId,
    { deviceSecret = null, ipAddress, userAgent }: RequestContext,
  ): Promise<DeviceSecret> {
    const { clock, trustedDevices, trustMs } = this.#options
    const former = deviceSecret === null ? null : await this.#find(transaction, accountId, deviceSecret)
    if (former !== null) await trustedDevices.delete(transaction, accountId, former.id)
    const others = await trustedDevices.list(transaction, accountId)
    for (const { id } of others.slice(devicesPerAccountMax - 1))
      await trustedDevices.delete(transaction, accountId, id)
    const secret = randomSecret(trustedDevicePrefix)
    const createdAt = clock.now()
    const expiresAt = new Date(createdAt.getTime() + trustMs)
    const device = { id: newId<TrustedDeviceId>(), accountId, userAgent, ipAddress, createdAt, expiresAt }
    await trustedDevices.insert(transaction, { ...device, lastUsedAt: null }, this.#digest(accountId, secret))
    return { secret, startsAt: createdAt, expiresAt }
  }

  /**
   * Accepts the device of this request in place of a second factor. The transaction has locked the account, so whatever
   * ends the trust comes before or after it.
   * @returns false if it is not trusted, or no longer
   */
  async accept(
    transaction: Transaction,
    accountId: AccountId,
    { deviceSecret = null }: Pick<RequestContext, 'deviceSecret'>,
  ): Promise<boolean> {
    const { clock, trustedDevices } = this.#options
    if (deviceSecret === null || !this.isOn) return false
    const device = await this.#find(transaction, accountId, deviceSecret)
    if (device === null || !this.#isTrusted(device)) return false
    const use = { digest: this.#digest(accountId, deviceSecret), usedAt: clock.now() }
    await trustedDevices.use(transaction, device.id, use)
    return true
  }

  /** The devices that are trusted now, newest first. */
  async list(db: Database, accountId: AccountId): Promise<readonly TrustedDevice[]> {
    const devices = await this.#options.trustedDevices.list(db, accountId)
    return devices.filter((device) => this.#isTrusted(device))
  }

  /** Like `list`, but includes devices that are no longer trusted and not yet deleted. */
  async listKept(db: Database, accountId: AccountId): Promise<readonly TrustedDevice[]> {
    return await this.#options.trustedDevices.list(db, accountId)
  }

  /** The one that sends this request; null if it is not trusted. */
  async current(
    db: Database,
    accountId: AccountId,
    { deviceSecret = null }: Pick<RequestContext, 'deviceSecret'>,
  ): Promise<TrustedDeviceId | null> {
    return deviceSecret === null ? null : ((await this.#find(db, accountId, deviceSecret))?.id ?? null)
  }

  /** @returns whether the account had such a device */
  async remove(transaction: Transaction, accountId: AccountId, id: TrustedDeviceId): Promise<boolean> {
    return await this.#options.trustedDevices.delete(transaction, accountId, id)
  }

  /** @returns whether the account had any */
  async removeAll(transaction: Transaction, accountId: AccountId): Promise<boolean> {
    return await this.#options.trustedDevices.deleteByAccount(transaction, accountId)
  }

  /** Ends the trust in every device of every account. */
  async removeEvery(db: Database): Promise<void> {
    await this.#options.trustedDevices.deleteEvery(db)
  }

  /** Deletes devices that are no longer trusted. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, trustedDevices } = this.#options
    return await inTransaction(db, (transaction) =>
      trustedDevices.deleteExpired(transaction, clock.now(), limit),
    )
  }

  #find(db: Database, accountId: AccountId, secret: string): Promise<TrustedDevice | null> {
    const { keyedDigests, trustedDevices } = this.#options
    return trustedDevices.find(db, accountId, keyedDigests.candidates('trusted-device', [accountId, secret]))
  }

  #digest(accountId: AccountId, secret: string): string {
    return this.#options.keyedDigests.digest('trusted-device', [accountId, secret])
  }

  /** As long as the settings say now, and whatever another server's clock says (see `time-bounds.ts`). */
  #isTrusted({ createdAt, expiresAt }: TrustedDevice): boolean {
    const { clock, trustMs } = this.#options
    const now = clock.now()
    return isRecent(createdAt, now, trustMs) && expiresAt > now
  }
}
