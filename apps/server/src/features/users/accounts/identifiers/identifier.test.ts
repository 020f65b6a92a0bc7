import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEmail } from './email.ts'
import { parseIdentifier } from './identifier.ts'
import { parsePhoneNumber } from './phone-number.ts'
import { parseUsername } from './username.ts'

describe('an identifier that a person types to sign in', () => {
  it('is recognised by its shape', () => {
    expect(parseIdentifier('Alice', null)).toEqual({ kind: 'username', canonical: 'alice' })
    expect(parseIdentifier('A@Example.com', null)).toEqual({ kind: 'email', canonical: 'a@example.com' })
    expect(parseIdentifier('+254 712 345678', null)).toEqual({
      kind: 'phone_number',
      canonical: '+254712345678',
    })
    expect(parseIdentifier('0712345678', 'KE')).toEqual({ kind: 'phone_number', canonical: '+254712345678' })
  })

  it('is null if no account could have it', () => {
    for (const text of [
      '',
      ' ',
      'ab',
      '@',
      'a@b',
      '0712345678',
      '...',
      'al ice',
      'a\0b',
      '\ud800',
      '!'.repeat(1e6),
    ]) {
      expect(parseIdentifier(text, null), text.slice(0, 20)).toBeNull()
    }
  })

  it('A22: loses the white space around it, as at registration', () => {
    for (const text of [' alice ', '\ta@example.com\n', '\r\n+254712345678 ']) {
      expect(parseIdentifier(text, null)).toEqual(parseIdentifier(text.trim(), null))
      expect(parseIdentifier(text, null)).not.toBeNull()
    }
  })

  it('A26: finds every registered identifier, as the kind of its registration', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...Array.from('ab1２+@. ＠é-_')), maxLength: 12 }),
      fc.emailAddress(),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const username = parseUsername(text)
        const email = parseEmail(text)
        const phoneNumber = parsePhoneNumber(text, 'KE')
        const identifier = parseIdentifier(text, 'KE')
        if (username.ok) expect(identifier).toEqual({ kind: 'username', canonical: username.value.canonical })
        if (email.ok) expect(identifier).toEqual({ kind: 'email', canonical: email.value.canonical })
        if (phoneNumber.ok)
          expect(identifier).toEqual({ kind: 'phone_number', canonical: phoneNumber.value.canonical })
        if (identifier !== null) expect(parseIdentifier(identifier.canonical, null)).toEqual(identifier)
      }),
      { numRuns: 5000 },
    )
  })
})
