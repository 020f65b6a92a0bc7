import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { isRegion, parsePhoneNumber } from './phone-number.ts'

function canonical(text: string, region: string | null = null): string | null {
  const parsed = parsePhoneNumber(text, region)
  return parsed.ok ? parsed.value.canonical : null
}

function code(text: string, region: string | null = null): string | null {
  const parsed = parsePhoneNumber(text, region)
  return parsed.ok ? null : parsed.code
}

describe('a phone number', () => {
  it('is kept in E.164, however it is separated', () => {
    const written = [
      '+254712345678',
      '+254 712 345 678',
      '+254-712-345-678',
      '+254.712.345.678',
      '+254 (712) 345/678',
    ]
    for (const text of written) expect(canonical(text), text).toBe('+254712345678')
  })

  it('may be in national form under a default region only', () => {
    expect(canonical('0712345678', 'KE')).toBe('+254712345678')
    expect(canonical('712345678', 'KE')).toBe('+254712345678')
    expect(code('0712345678')).toBe('region_needed')
    expect(code('0712345678', 'ZZ')).toBe('region_needed')
    expect(canonical('+442079460000', 'KE')).toBe('+442079460000')
  })

  it('exists in the numbering plan of its country', () => {
    for (const text of ['+254 1', '+25471234567890', '+999123456789', '+44 123', '+1 000 000 0000']) {
      expect(code(text), text).toBe('phone_number_invalid')
    }
    expect(code('123', 'KE')).toBe('phone_number_invalid')
  })

  it('A19, A20: has neither NUL nor half a character', () => {
    for (const text of ['+25471234\u00005678', '+254712345678\ud800'])
      expect(code(text)).toBe('phone_number_malformed')
  })

  it('A22: loses the white space around it', () => {
    for (const text of [' +254712345678', '+254712345678\r\n', '\t+254712345678']) {
      expect(canonical(text)).toBe('+254712345678')
    }
    expect(code('+254\n712345678')).toBe('phone_number_malformed')
  })

  it('A25: is one and the same with "(0)", with 00, and in full-width digits', () => {
    const written = ['+44 (0)20 7946 0000', '+44(0)2079460000', '0044 20 7946 0000', '0044 (0)20 7946 0000']
    written.push('＋４４ ２０ ７９４６ ００００', '+44 020 7946 0000')
    for (const text of written) expect(canonical(text), text).toBe('+442079460000')
    for (const text of ['0044 20 7946 0000', '00442079460000', '020 7946 0000', '(020) 7946 0000']) {
      expect(canonical(text, 'GB'), text).toBe('+442079460000')
    }
    expect(canonical('011 44 20 7946 0000', 'US')).toBe('+442079460000')
    expect(canonical('0044 20 7946 0000', 'US')).toBeNull()
    expect(canonical('+351 (0)21 234 5678')).toBe('+351212345678')
  })

  it('A25: keeps a zero that belongs to the number, and asks if two numbers could be meant', () => {
    expect(canonical('+39 (0)6 1234 5678')).toBe('+390612345678')
    expect(code('+39 (0)312 345 6789')).toBe('phone_number_ambiguous')
  })

  it('A25: has no extension, no letters and nothing else that could hide another number', () => {
    const written = [
      '+442079460000;ext=5',
      '+442079460000 ext 5',
      '+442079460000x5',
      '+442079460000,5',
      '+442079460000#5',
    ]
    written.push(
      'tel:+442079460000',
      '+1 800 FLOWERS',
      '++442079460000',
      '+44+2079460000',
      '44+2079460000',
      '+',
      '',
      '()',
    )
    written.push(
      '+442079460000;phone-context=+1',
      '٠٧١٢٣٤٥٦٧٨',
      '+44\u202d2079460000',
      '+44 2079460000 / +442079460001',
    )
    for (const text of written) expect(code(text), text).toBe('phone_number_malformed')
  })

  it('is the same in every format of its country', () => {
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples)
      if (example === undefined) continue
      expect(canonical(example.number), country).toBe(example.number)
      expect(canonical(example.formatInternational()), country).toBe(example.number)
      expect(canonical(example.formatNational(), country), country).toBe(example.number)
      expect(canonical(example.number, 'US'), country).toBe(example.number)
    }
  })
})

describe('a region', () => {
  it('is an ISO 3166 code in capitals whose numbering plan is known', () => {
    expect(['KE', 'GB', 'US'].every(isRegion)).toBe(true)
    expect(['ke', 'ZZ', '', 'KEN', '254', '__proto__', 'constructor'].some(isRegion)).toBe(false)
  })
})

describe('any text as a phone number', () => {
  const regions = fc.constantFrom(null, ...getCountries(), 'ZZ', '')
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789+()-. /')), maxLength: 24 }),
    fc
      .string({ unit: fc.constantFrom(...Array.from('0123456789')), maxLength: 13 })
      .map((digits) => `+${digits}`),
  )

  it('is refused or accepted, and never throws', () => {
    fc.assert(
      fc.property(texts, regions, (text, region) => typeof parsePhoneNumber(text, region).ok === 'boolean'),
      { numRuns: 2000 },
    )
  })

  it('is the same when its canonical form is parsed again, under any region', () => {
    fc.assert(
      fc.property(texts, regions, regions, (text, region, other) => {
        const once = canonical(text, region)
        if (once !== null) expect(canonical(once, other)).toBe(once)
      }),
      { numRuns: 5000 },
    )
  })

  it('has one canonical form in full width and half width', () => {
    const widen = (text: string) =>
      text.replaceAll(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
    fc.assert(
      fc.property(
        texts,
        regions,
        (text, region) => canonical(widen(text), region) === canonical(text, region),
      ),
    )
  })
})
