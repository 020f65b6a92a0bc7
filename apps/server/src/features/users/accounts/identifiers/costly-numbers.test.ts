import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { countryOf, isCostlyNumber } from './costly-numbers.ts'

describe('a phone number', () => {
  it.each([
    ['premium rate in the United States', '+19002345678'],
    ['premium rate in the United Kingdom', '+449098791001'],
    ['international premium rate', '+979123456789'],
    ['shared cost in the United Kingdom', '+448451234567'],
    ['shared cost in Germany', '+49180512345'],
    ['international shared cost', '+80812345678'],
    ['a personal number', '+447012345678'],
    ['a pager', '+447640123456'],
    ['a UAN', '+443001234567'],
    ['a Globalstar satellite phone', '+881612345678'],
    ['an Iridium satellite phone', '+8816123456789'],
    ['an Inmarsat satellite phone', '+870773111632'],
    ['an international network', '+88213300655'],
    ['another international network', '+883510001234567'],
  ])('A89: is costly if it is %s', (_name, number) => {
    expect(isCostlyNumber(number)).toBe(true)
  })

  it('is not costly if people carry it, in any country', () => {
    for (const country of getCountries()) {
      const number = getExampleNumber(country, examples)?.number ?? ''
      expect(isCostlyNumber(number), `${country} ${number}`).toBe(false)
      expect(countryOf(number)).toMatch(/^[A-Z]{2}$/)
    }
    expect(isCostlyNumber('+442079460004')).toBe(false)
  })

  it('has a country, or the calling code of what belongs to none', () => {
    expect(['+254712345678', '+12125550123', '+14165550123', '+881612345678'].map(countryOf)).toEqual([
      'KE',
      'US',
      'CA',
      '881',
    ])
  })
})
