/** The languages that messages and pages are written in. If you add one, the compiler asks for its texts. */
export const locales = ['en'] as const
export type Locale = (typeof locales)[number]

export const fallbackLocale: Locale = 'en'

/** The best available language for a BCP 47 tag: `en` for `en-KE`. */
export function localeFor(wanted: string | null): Locale {
  const tag = wanted?.toLowerCase() ?? ''
  const [language] = tag.split('-')
  return locales.find((each) => each === tag) ?? locales.find((each) => each === language) ?? fallbackLocale
}
