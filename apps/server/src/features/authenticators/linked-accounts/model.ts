import type { Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId, LinkedAccountId } from '../../../platform/kernel/ids.ts'

/**
 * Who someone is at another provider. The issuer belongs to it: two providers may give the same subject to different
 * people (A112).
 */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** An account at another provider, with which the owner of an account signs in. */
export interface LinkedAccount extends Identity {
  readonly id: LinkedAccountId
  readonly accountId: AccountId
  /** The id of the provider in the settings, when it was linked. */
  readonly provider: string
  /** The address at the provider when it was linked; null if the provider gave none. */
  readonly email: string | null
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export type NewLinkedAccount = Pick<LinkedAccount, 'accountId' | 'provider' | 'issuer' | 'subject' | 'email'>

/** How many an account may have. More than there are providers on any page of buttons. */
export const linkedAccountsMax = 20

export const identityTaken: Problem = {
  code: 'linked_account_taken',
  kind: 'conflict',
  title: 'Already connected',
  advice: 'Sign in to the other account and disconnect it there, or use another account of the provider.',
  cause: 'Each account of a provider signs in to one account only, and this one is connected to another.',
}

export const tooManyLinkedAccounts: Problem = {
  code: 'too_many_linked_accounts',
  kind: 'conflict',
  title: 'Too many connected accounts',
  advice: 'Disconnect one that you no longer use. Then connect this one.',
  cause: `An account can have ${linkedAccountsMax} connected accounts of other providers.`,
}
