import type { TrustedDeviceId } from '../../../platform/kernel/ids.ts'
import type { TrustedDevice } from '../../authenticators/trusted-devices/model.ts'

/** The trusted devices of an account, as its owner sees them. */
export interface OwnDevices {
  readonly devices: readonly TrustedDevice[]
  /** The one that asks; null if it is not trusted. */
  readonly current: TrustedDeviceId | null
}
