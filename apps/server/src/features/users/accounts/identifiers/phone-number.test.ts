import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { zeroOf } from '../../../../platform/kernel/typed-text.ts'
import { canonicalPhoneNumbers, isRegion, parsePhoneNumber } from './phone-number.ts'

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
      '(+254) 712 345678',
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

  it('is read with 00 for the plus, also in a region that dials another prefix', () => {
    expect(canonical('00254 712 345678', 'KE')).toBe('+254712345678')
    expect(canonical('001 202 555 0123', 'US')).toBe('+12025550123')
    expect(canonical('0044 20 7946 0000', 'US')).toBe('+442079460000')
    expect(canonical('0012', 'KE')).toBeNull()
  })

  it('needs its plus if the server does not know the region, and the answer says so', () => {
    expect(parsePhoneNumber('254712345678', null)).toMatchObject({
      code: 'region_needed',
      detail: expect.stringContaining('put "+" before it'),
    })
    expect(parsePhoneNumber('0712345678', null)).toMatchObject({
      code: 'region_needed',
      detail: expect.stringContaining('Send it as'),
    })
  })

  it('has one form for each line in Argentina and in Mexico', () => {
    for (const text of ['+54 11 2345-6789', '+54 9 11 2345-6789', '+54 011 15 2345-6789'])
      expect(canonical(text), text).toBe('+5491123456789')
    for (const text of ['011 15 2345-6789', '11 2345-6789'])
      expect(canonical(text, 'AR')).toBe('+5491123456789')
    for (const text of ['+52 55 1234 5678', '+52 1 55 1234 5678', '+521 5512345678'])
      expect(canonical(text), text).toBe('+525512345678')
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
    written.push('+1 800 FLOWERS', '++442079460000', '+44+2079460000', '44+2079460000', '+', '', '()')
    written.push('+442079460000;phone-context=+1', '+44 2079460000 / +442079460001')
    for (const text of written) expect(code(text), text).toBe('phone_number_malformed')
  })

  it('is the same in every format of its country', () => {
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples)
      if (example === undefined) continue
      const { number } = example
      const kept = number.replace(/^\+54(?!9)/, '+549')
      expect(canonical(number), country).toBe(kept)
      expect(canonical(example.formatInternational()), country).toBe(kept)
      expect(canonical(example.formatNational(), country), country).toBe(kept)
      expect(canonical(number, 'US'), country).toBe(kept)
    }
  })
})

/** The zero of each script that has decimal digits. */
const zeros = Array.from({ length: 0x11_0000 }, (_, codePoint) => codePoint)
  .filter((codePoint) => /^\p{Nd}$/u.test(String.fromCodePoint(codePoint)))
  .filter((codePoint) => zeroOf(String.fromCodePoint(codePoint)) === codePoint)

describe('a phone number as people type and paste it', () => {
  it('A25: may have the digits of any script', () => {
    expect(zeros.length).toBeGreaterThan(70)
    for (const zero of zeros) {
      const write = (text: string) =>
        text.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
      expect(canonical(write('+201001234567')), zero.toString(16)).toBe('+201001234567')
      expect(canonical(write('01001234567'), 'EG'), zero.toString(16)).toBe('+201001234567')
    }
  })

  it('A25: may have every dash and space, and every mark that no one sees, between its digits', () => {
    const between = Array.from({ length: 0x11_0000 }, (_, codePoint) => codePoint)
      .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
      .map((codePoint) => String.fromCodePoint(codePoint))
      .filter((char) => /^[\p{Pd}\p{Zs}\p{Cf}]$/u.test(char))
    expect(between.length).toBeGreaterThan(200)
    for (const char of [
      ...between,
      '\u2212',
      '\u30fc',
      '\uff70',
      '~',
      '\u00b7',
      '\u30fb',
      '\u2044',
      '[',
      ']',
      '\ufe0f',
    ])
      expect(canonical(`${char}+254${char}712${char}345678${char}`), char.codePointAt(0)?.toString(16)).toBe(
        '+254712345678',
      )
  })

  it('may be a link', () => {
    for (const text of ['tel:+254712345678', 'TEL:+254-712-345678', 'tel: +254 712 345678'])
      expect(canonical(text), text).toBe('+254712345678')
    expect(canonical('tel:0712345678', 'KE')).toBe('+254712345678')
  })

  it('is found again in every form in which it may be stored', () => {
    const texts = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789+()-. /٣०\u202a')),
      maxLength: 24,
    })
    fc.assert(
      fc.property(texts, fc.constantFrom(null, ...getCountries()), (text, region) => {
        const forms = canonicalPhoneNumbers(text, region)
        const number = canonical(text, region)
        if (number !== null) expect(forms[0]).toBe(number)
        for (const form of forms) expect(canonicalPhoneNumbers(form, null)).toContain(form)
      }),
      { numRuns: 5000 },
    )
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
