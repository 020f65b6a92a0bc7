import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEmail } from './email.ts'
import { readTypedIdentifier } from './identifier.ts'
import { parsePhoneNumber } from './phone-number.ts'
import { parseUsername } from './username.ts'

describe('an identifier that a person types to sign in', () => {
  it('is recognised by its shape', () => {
    expect(readTypedIdentifier('Alice', null)).toEqual({ kind: 'username', canonical: 'alice' })
    expect(readTypedIdentifier('A@Example.com', null)).toEqual({ kind: 'email', canonical: 'a@example.com' })
    for (const text of ['+254 712 345678', 'tel:+254-712-345678', '+254ー712ー345678', '+٢٥٤٧١٢٣٤٥٦٧٨'])
      expect(readTypedIdentifier(text, null), text).toEqual({
        kind: 'phone_number',
        canonical: '+254712345678',
      })
    expect(readTypedIdentifier('0712345678', 'KE')).toEqual({
      kind: 'phone_number',
      canonical: '+254712345678',
    })
  })

  it('is null if no account could have it', () => {
    for (const text of [
      '',
      ' ',
      '\u200b',
      '0712345678',
      '...',
      'a\0b',
      '\ud800',
      'ſam@example.org',
      '!'.repeat(1e6),
    ]) {
      expect(readTypedIdentifier(text, null), text.slice(0, 20)).toBeNull()
    }
  })

  it('A22: loses the white space around it, as at registration', () => {
    for (const text of [' alice ', '\ta@example.com\n', '\r\n+254712345678 ']) {
      expect(readTypedIdentifier(text, null)).toEqual(readTypedIdentifier(text.trim(), null))
      expect(readTypedIdentifier(text, null)).not.toBeNull()
    }
  })

  it('has the form in which earlier rules stored it, even if today it could not be registered', () => {
    expect(readTypedIdentifier('+229 97 12 34 56', null)).toEqual({
      kind: 'phone_number',
      canonical: '+22997123456',
    })
    expect(readTypedIdentifier('97123456', 'BJ')?.canonical).toBe('+22997123456')
    expect(readTypedIdentifier('+54 11 2345 6789', null)).toEqual({
      kind: 'phone_number',
      canonical: '+5491123456789',
      former: '+541123456789',
    })
    expect(readTypedIdentifier('Someone@Intranet', null)?.canonical).toBe('someone@intranet')
    expect(readTypedIdentifier('AB', null)?.canonical).toBe('ab')
    expect(readTypedIdentifier('Ⴀbc', null)?.canonical).toBe('ⴀbc')
  })

  it('loses the marks that no one sees, which no identifier has', () => {
    for (const text of ['ali\u200bce', '\u202aa@example.com\u202c', '\u2066+254\u00ad712345678\u2069'])
      expect(readTypedIdentifier(text, null)).toEqual(
        readTypedIdentifier(text.replaceAll(/\p{Cf}/gu, ''), null),
      )
  })

  it('A26: finds every registered identifier, as the kind of its registration', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom(...Array.from('ab1２٣+@. ＠é-_ー\u200d\u064e\u02bb·l')),
        maxLength: 12,
      }),
      fc.emailAddress(),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const username = parseUsername(text)
        const email = parseEmail(text)
        const phoneNumber = parsePhoneNumber(text, 'KE')
        const identifier = readTypedIdentifier(text, 'KE')
        if (username.ok) expect(identifier).toEqual({ kind: 'username', canonical: username.value.canonical })
        if (email.ok) expect(identifier).toEqual({ kind: 'email', canonical: email.value.canonical })
        if (phoneNumber.ok)
          expect(identifier).toMatchObject({ kind: 'phone_number', canonical: phoneNumber.value.canonical })
        if (identifier !== null && (username.ok || email.ok || phoneNumber.ok))
          expect(readTypedIdentifier(identifier.canonical, null)).toMatchObject({
            kind: identifier.kind,
            canonical: identifier.canonical,
          })
      }),
      { numRuns: 5000 },
    )
  })
})
