import type { AccountId, TrustedDeviceId } from '../../../platform/kernel/ids.ts'

/** A browser or a program in which its owner has given a second factor, and that is not asked for one for a while. */
export interface TrustedDevice {
  readonly id: TrustedDeviceId
  readonly accountId: AccountId
  /** Null if no network request has made it. */
  readonly userAgent: string | null
  readonly ipAddress: string | null
  readonly createdAt: Date
  /** When it last stood in for a second factor; null if it never has. */
  readonly lastUsedAt: Date | null
  readonly expiresAt: Date
}

/** What a device gets. It is shown only once. */
export interface DeviceSecret {
  readonly secret: string
  readonly startsAt: Date
  readonly expiresAt: Date
}

/** More than a person has. The device that was trusted first then gives its place to the new one (I13). */
export const devicesPerAccountMax = 20
