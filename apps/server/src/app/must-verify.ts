import { hasNothingVerified } from '../features/users/accounts/model.ts'
import type { Config } from '../platform/config/load-config.ts'
import type { Account } from '../platform/kernel/account.ts'

/** True if the account may do nothing until it confirms a contact. An account without contacts has nothing to confirm. */
export function mustVerify({ verification }: Pick<Config, 'verification'>, account: Account): boolean {
  return verification === 'required' && hasNothingVerified(account)
}
