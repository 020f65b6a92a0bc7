import type { Account } from '../../../platform/kernel/account.ts'
import { displayName } from '../../users/accounts/model.ts'

/** What an account is called on its own pages. */
export function nameOf(account: Account): string {
  return displayName(account) ?? account.username ?? account.email ?? account.phoneNumber ?? account.id
}
