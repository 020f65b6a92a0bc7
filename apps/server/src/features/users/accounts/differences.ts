import type { Account } from '../../../platform/kernel/account.ts'
import { changesOf } from '../../safeguards/audit/changes.ts'
import type { Changes } from '../../safeguards/audit/model.ts'

/** What a change has changed, for the audit trail. */
export function differences(before: Account, after: Account): Changes {
  return changesOf(
    { shown: shown(before), hidden: sealed(before) },
    { shown: shown(after), hidden: sealed(after) },
  )
}

function shown(account: Account) {
  return {
    username: account.username,
    email: account.email,
    phone_number: account.phoneNumber,
    full_name: account.fullName,
    given_name: account.givenName,
    family_name: account.familyName,
    locale: account.locale,
  }
}

function sealed({ addressSealed, nationalIdSealed }: Account) {
  return { address: addressSealed, national_id: nationalIdSealed }
}
