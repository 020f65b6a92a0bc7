import type { AccountId, ClientId } from '../../../platform/kernel/ids.ts'
import type { Client } from '../clients/model.ts'

/** What the owner of an account has allowed a client. */
export interface Consent {
  readonly clientId: ClientId
  /** Scopes of OpenID Connect and permissions, sorted. */
  readonly scope: readonly string[]
  /** When the owner allowed it, or allowed more. */
  readonly grantedAt: Date
  /** When the client last used it, to the hour; null if it never has. */
  readonly lastUsedAt: Date | null
}

/** With what the owner needs to recognise the client. */
export interface ListedConsent extends Consent {
  readonly client: Pick<Client, 'name' | 'logoUri' | 'clientUri' | 'policyUri' | 'tosUri'>
}

/** To whom a consent belongs. */
export interface ConsentKey {
  readonly accountId: AccountId
  readonly clientId: ClientId
}

/** A use is stored no more often, so that a client that asks for tokens all day causes few writes. */
export const lastUsedPrecisionMs = 3_600_000

/** What is asked for and not yet allowed. */
export function missingConsent(
  consent: Pick<Consent, 'scope'> | null,
  asked: readonly string[],
): readonly string[] {
  const allowed = new Set(consent?.scope)
  return asked.filter((name) => !allowed.has(name))
}

/** Both scopes together, each name once, sorted. */
export function extendedScope(before: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...before, ...more])].sort()
}
