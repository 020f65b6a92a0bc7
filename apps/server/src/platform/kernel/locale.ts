/** The languages that Proxima speaks. If you add one, the compiler asks for its sentences. */
export const locales = ['en', 'fr', 'sw', 'ro', 'bn', 'ar'] as const
export type Locale = (typeof locales)[number]

export const fallbackLocale: Locale = 'en'

/**
 * The first of the wanted BCP 47 tags for which there is a language: `sw` for `sw-KE` (RFC 4647 §3.4). Null if there is
 * none.
 */
export function bestOf<Tag extends string>(
  available: readonly Tag[],
  wanted: readonly (string | null)[],
): Tag | null {
  for (const each of wanted) {
    for (let tag = each?.toLowerCase() ?? ''; tag !== ''; tag = tag.replace(/(?:^|-)[^-]*$/, '')) {
      const found = available.find((candidate) => candidate.toLowerCase() === tag)
      if (found !== undefined) return found
    }
  }
  return null
}

interface WithDirection {
  getTextInfo(): { readonly direction: 'ltr' | 'rtl' }
}

/** The direction in which a language is written. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  // A part of ECMA-402 that the types of this version of TypeScript do not know yet.
  return (new Intl.Locale(tag) as Intl.Locale & WithDirection).getTextInfo().direction
}
