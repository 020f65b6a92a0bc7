import fc from 'fast-check'
import countries from 'i18n-iso-countries'
import { describe, expect, it } from 'vitest'
import { countryName, parseCountry } from './country.ts'

function code(text: string): string | null {
  const parsed = parseCountry(text)
  return parsed.ok ? parsed.value : null
}

const assigned = Object.entries(countries.getAlpha2Codes())

describe('a country', () => {
  it('is known by its codes and by the name that is shown', () => {
    expect(assigned.length).toBeGreaterThan(240)
    for (const [alpha2, alpha3] of assigned) {
      for (const text of [alpha2, alpha3, alpha2.toLowerCase(), alpha3.toLowerCase(), countryName(alpha2)])
        expect(code(text), text).toBe(alpha2)
      expect(countryName(alpha2)).not.toBe(alpha2)
    }
  })

  it('is found by its other names, whatever the capitals, accents and punctuation', () => {
    const called: Record<string, readonly string[]> = {
      KE: ['Kenya', 'KENYA', ' kenya '],
      CI: ["Cote d'Ivoire", 'Côte d’Ivoire', 'Ivory Coast'],
      US: ['United States', 'United States of America', 'USA', 'U.S.A.', 'US'],
      GB: ['United Kingdom', 'UK', 'Great Britain'],
      TR: ['Türkiye', 'Turkey', 'TURKIYE'],
      LC: ['Saint Lucia', 'St. Lucia', 'St Lucia'],
      TZ: ['Tanzania', 'United Republic of Tanzania'],
      BA: ['Bosnia and Herzegovina', 'Bosnia & Herzegovina'],
      CZ: ['Czechia', 'Czech Republic'],
      CD: ['Democratic Republic of the Congo'],
      XK: ['Kosovo'],
    }
    for (const [alpha2, texts] of Object.entries(called))
      for (const text of texts) expect(code(text), text).toBe(alpha2)
  })

  it('is refused if the text names no country, or two', () => {
    const texts = ['', ' ', 'Congo', 'Wakanda', 'EU', 'ZZ', 'KENY', 'K', 'Кения', 'constructor', '__proto__']
    for (const text of [...texts, 'toString', 'K\0E', 'KE\u202e', '<b>KE</b>', '254', '😀'])
      expect(code(text), JSON.stringify(text)).toBeNull()
  })

  it('is a code of two letters, whatever is typed', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...assigned.flat()))
    const property = fc.property(text, (typed) => {
      expect(code(typed) ?? 'KE').toMatch(/^[A-Z]{2}$/)
    })
    fc.assert(property)
  })
})
