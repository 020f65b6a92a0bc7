import type { Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { SecondFactorRule } from '../../../platform/kernel/second-factor-rule.ts'
import type { DeviceSecret } from '../../authenticators/trusted-devices/model.ts'
import type { TrustedDevices } from '../../authenticators/trusted-devices/service.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { type AuthenticationMethod, provesOwnFactor } from '../../session-management/sessions/model.ts'
import type { ProvenSignIn } from '../sign-in/service.ts'
import { canFinish } from './model.ts'

export interface DeviceTrustOptions {
  readonly audit: Pick<AuditService, 'success'>
  readonly factorRule: Pick<SecondFactorRule, 'requires' | 'dependsOnRoles'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly trustedDevices: Pick<TrustedDevices, 'accept' | 'isOn' | 'trust'>
}

/**
 * Decides which devices need no second factor. An account that must have one is asked at every sign-in: a session of a
 * trusted device has one factor (NIST SP 800-63B-4 §2.2), and the operator wants two.
 */
export class DeviceTrust {
  readonly #options: DeviceTrustOptions

  constructor(options: DeviceTrustOptions) {
    this.#options = options
  }

  /** True if the account could trust a device. */
  async isOffered(transaction: Transaction, account: Account): Promise<boolean> {
    return this.#options.trustedDevices.isOn && !(await this.#isRequired(transaction, account))
  }

  /** True if the device of this sign-in stands in for a second factor. A restoration always needs one. */
  async accepts(transaction: Transaction, signIn: ProvenSignIn): Promise<boolean> {
    const { account, context, purpose } = signIn
    if ((context.deviceSecret ?? null) === null) return false
    if (purpose.action !== 'sign_in' || !canFinish(signIn)) return false
    if (!(await this.isOffered(transaction, account))) return false
    return await this.#options.trustedDevices.accept(transaction, account.id, context)
  }

  /**
   * Trusts the device in which the owner has just given these factors: only after one of their own, because someone who
   * reads a mailbox must not stay without it.
   * @returns null if the account cannot trust a device
   */
  async begin(
    transaction: Transaction,
    account: Account,
    methods: readonly AuthenticationMethod[],
    context: RequestContext,
  ): Promise<DeviceSecret | null> {
    const { audit, outbox, trustedDevices } = this.#options
    if (!provesOwnFactor(methods) || !(await this.isOffered(transaction, account))) return null
    const device = await trustedDevices.trust(transaction, account.id, context)
    await audit.success(transaction, 'device_trust', { accountId: account.id }, context)
    await outbox.notifyEveryContact(transaction, account, 'device_trusted', { context })
    return device
  }

  async #isRequired(transaction: Transaction, account: Account): Promise<boolean> {
    const { factorRule, roles } = this.#options
    const held = factorRule.dependsOnRoles ? (await roles.grantsOf(transaction, account.id)).roles : []
    return factorRule.requires(account, held)
  }
}
