import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { TrustedDeviceId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { TrustedDevices } from '../../authenticators/trusted-devices/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { OwnDevices } from './model.ts'

export interface OwnTrustedDevicesOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly trustedDevices: Pick<TrustedDevices, 'current' | 'list' | 'remove' | 'removeAll'>
}

/** What owners do with their trusted devices. Ending the trust needs no fresh proof: it only asks for more. */
export class OwnTrustedDevices {
  readonly #options: OwnTrustedDevicesOptions

  constructor(options: OwnTrustedDevicesOptions) {
    this.#options = options
  }

  async list({ accountId }: Pick<Principal, 'accountId'>, context: RequestContext): Promise<OwnDevices> {
    const { db, trustedDevices } = this.#options
    return {
      devices: await trustedDevices.list(db, accountId),
      current: await trustedDevices.current(db, accountId, context),
    }
  }

  /** @throws `not_found` */
  async remove(caller: Principal, id: TrustedDeviceId, context: RequestContext): Promise<void> {
    const { audit, db, trustedDevices } = this.#options
    const { accountId, sessionId } = caller
    await inTransaction(db, async (transaction) => {
      if (!(await trustedDevices.remove(transaction, accountId, id)))
        throw new Failure(notFound, { detail: 'Your account has no such trusted device.' })
      await audit.success(transaction, 'device_trust_end', { accountId, sessionId }, context)
    })
  }

  async removeAll(caller: Principal, context: RequestContext): Promise<void> {
    const { audit, db, trustedDevices } = this.#options
    const { accountId, sessionId } = caller
    await inTransaction(db, async (transaction) => {
      if (!(await trustedDevices.removeAll(transaction, accountId))) return
      await audit.success(transaction, 'device_trust_end', { accountId, sessionId }, context)
    })
  }
}
