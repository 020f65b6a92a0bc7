import type { interactionPolicy, KoaContextWithOIDC } from 'oidc-provider'
import { acrValues } from '../../../platform/kernel/principal.ts'

/**
 * What a person is asked, and when: to choose an account, to sign in, and to agree. The checks are those of the library,
 * and one more: an application may ask for a stronger sign-in (`acr_values`, OpenID Connect Core §3.1.2.1).
 */
export function interactionsOf({ base, Check, Prompt }: typeof interactionPolicy) {
  const policy = base()
  const { NO_NEED_TO_PROMPT, REQUEST_PROMPT } = Check
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  policy
    .get('login')
    ?.checks.add(
      new Check('acr_values', 'a stronger sign-in was asked for', (ctx) =>
        isStrongEnough(ctx) ? NO_NEED_TO_PROMPT : REQUEST_PROMPT,
      ),
    )
  return policy
}

/** A person who cannot prove more is let in all the same: the application sees in `acr` what was proved. */
function isStrongEnough({ oidc }: KoaContextWithOIDC): boolean {
  const asked = oidc.params?.['acr_values']
  const levels = (typeof asked === 'string' ? asked.split(' ') : [])
    .map(levelOf)
    .filter((level) => level >= 0)
  if (levels.length === 0 || oidc.result?.login !== undefined) return true
  return levelOf(oidc.session?.acr) >= Math.min(...levels)
}

/** -1 for a level that is not known. */
function levelOf(acr: string | undefined): number {
  const known: readonly (string | undefined)[] = acrValues
  return known.indexOf(acr)
}
