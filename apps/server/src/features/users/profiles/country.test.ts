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

  it('is found by its official names', () => {
    const official: Record<string, readonly string[]> = {
      CV: ['Cabo Verde', 'Republic of Cabo Verde'],
      VA: ['Holy See', 'Holy See (the)', 'Vatican City State'],
      MO: ['Macao', 'Macau'],
      MM: ['Myanmar', 'Burma', 'Republic of the Union of Myanmar'],
      SZ: ['Eswatini', 'Swaziland', 'Kingdom of Eswatini'],
      CD: ['DRC', 'Congo (the Democratic Republic of the)', 'Democratic Republic of Congo'],
      CG: ['Congo-Brazzaville', 'Republic of the Congo'],
      BO: ['Bolivia (Plurinational State of)'],
      IR: ['Iran (Islamic Republic of)'],
      VE: ['Venezuela (Bolivarian Republic of)'],
      GB: ['United Kingdom of Great Britain and Northern Ireland (the)'],
      KR: ['Korea (the Republic of)', 'Republic of Korea'],
      KP: ["Korea (the Democratic People's Republic of)", "Democratic People's Republic of Korea"],
      TW: ['Taiwan (Province of China)', 'Republic of China'],
      CN: ["People's Republic of China"],
      ET: ['Federal Democratic Republic of Ethiopia'],
      TZ: ['Tanzania, United Republic of'],
      NL: ['Netherlands (Kingdom of the)', 'The Kingdom of the Netherlands'],
    }
    for (const [alpha2, texts] of Object.entries(official))
      for (const text of texts) expect(code(text), text).toBe(alpha2)
    for (const [alpha2] of assigned)
      for (const text of [
        `${countryName(alpha2)} (the)`,
        `the ${countryName(alpha2)}`,
        `Republic of ${countryName(alpha2)}`,
      ])
        expect([alpha2, 'TW'], text).toContain(code(text))
  })

  it('has a name even if its code is none, because other rules may have stored it', () => {
    for (const stored of ['A1', 'KENYA', '', 'K']) expect(countryName(stored)).toBe(stored)
  })

  it('is refused if the text names no country, or two', () => {
    const texts = [
      '',
      ' ',
      'Congo',
      'Korea',
      'Virgin Islands',
      'Republic of',
      'Republic of Wakanda',
      'the',
      'Wakanda',
      'EU',
      'ZZ',
      'KENY',
      'K',
      'Кения',
      'constructor',
      '__proto__',
    ]
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
