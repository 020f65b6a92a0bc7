import countries from 'i18n-iso-countries/index.js'
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import { accept, type Parsed, refuse } from '../../../platform/kernel/parsed.ts'
import { otherCountryNames } from './country-names.ts'

// There are two sources: the library has the codes and the other names of a country, and Unicode's CLDR, which is part
// of Node, has the names that people know from their phones and browsers.
countries.registerLocale(english)
const names = new Intl.DisplayNames('en', { type: 'region' })
const shortNames = new Intl.DisplayNames('en', { type: 'region', style: 'short' })

/** Made for the first profile with a country, because it takes longer than most of the start. */
let codeOf: ReadonlyMap<string, string | null> | null = null

/** What the formal name of a state puts before its short name, as in `Federal Democratic Republic of Ethiopia`. */
const formal =
  /^\s*(?:[\p{L}’'-]+ ){0,5}(?:republic|kingdom|commonwealth|principality|sultanate|duchy|union) of /iu

/**
 * Accepts an ISO 3166-1 code of two or three letters, or an English name. Ignores capitals, accents and punctuation.
 * @returns the code of two letters
 */
export function parseCountry(text: string): Parsed<string> {
  for (const name of [text, text.replace(formal, '')]) {
    codeOf ??= readSpellings()
    const code = codeOf.get(fold(name)) ?? null
    if (code !== null) return accept(code)
  }
  return refuse(
    'country_unknown',
    'Give the ISO 3166 code of the country, such as KE, or its name in English, such as Kenya.',
  )
}

export function countryCodes(): readonly string[] {
  return Object.keys(countries.getAlpha2Codes())
}

/** Returns the English name. */
export function countryName(code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    // A RangeError: the code was stored under other rules. The profile is shown all the same.
    return code
  }
}

/** Maps each spelling to its country; to null if two countries share it, as with Congo. */
function readSpellings(): ReadonlyMap<string, string | null> {
  const spellings = new Map<string, string | null>()
  for (const [code, code3] of Object.entries(countries.getAlpha2Codes())) {
    const otherNames = [
      ...(countries.getName(code, 'en', { select: 'all' }) ?? []),
      ...(otherCountryNames[code] ?? []),
    ]
    const all = [code, code3, countryName(code), shortNames.of(code) ?? code, ...otherNames]
    for (const spelling of all.map(fold)) {
      const known = spellings.get(spelling) ?? code
      spellings.set(spelling, known === code ? code : null)
    }
  }
  return spellings
}

function fold(text: string): string {
  const words = text.trim().normalize('NFKD').toLowerCase().replaceAll('&', ' and ')
  // ISO 3166 writes `Gambia (the)`.
  const bare = words.replaceAll(/\bthe\b/g, '')
  return bare.replaceAll(/\bst\.? (?=\p{L})/gu, 'saint').replaceAll(/[\p{M}\p{P}\p{Z}]/gu, '')
}
