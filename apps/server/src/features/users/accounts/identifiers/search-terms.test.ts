import { describe, expect, it } from 'vitest'
import { foldTerm, type Searchable, searchTermsOf, termRangesOf } from './search-terms.ts'

const nothing: Searchable = {
  username: null,
  usernameCanonical: null,
  email: null,
  emailCanonical: null,
  phoneNumber: null,
  fullName: null,
  givenName: null,
  familyName: null,
}

function finds(typed: string, account: Partial<Searchable>, region: string | null = null): boolean {
  const terms = searchTermsOf({ ...nothing, ...account })
  return termRangesOf(typed, region).some(({ from, below }) =>
    terms.some((term) => term >= from && term < below),
  )
}

describe('a search finds an account', () => {
  const amina = { fullName: 'Amina  Wanjirũ Odhiambo', givenName: 'Amina', familyName: 'Odhiambo' }

  it.each(['a', 'AMINA', 'amina wan', 'wanjiru', 'Wanjirũ', 'odhi', 'odhiambo '])(
    'by the beginning of a name, or of a word in it: %s',
    (typed) => expect(finds(typed, amina)).toBe(true),
  )

  it.each(['mina', 'amina odh', 'bo', 'aminah'])('and by nothing else: %s', (typed) =>
    expect(finds(typed, amina)).toBe(false),
  )

  it.each([
    ['José', 'jose'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['İstanbullu', 'istanb'],
    ['한국', '하'],
    ['ｗｉｄｅ', 'WIDE'],
    ["O'Brien", "o'b"],
    ['Ann Smith-Jones', 'jones'],
    ['محمد', 'محم'],
    ['ﷺ', 'صلى'],
  ])('whatever the case, the accents and the width are: %s by %s', (fullName, typed) =>
    expect(finds(typed, { fullName })).toBe(true),
  )

  it('by the beginning of a username in any form of it', () => {
    const account = { username: 'Ünal.٣', usernameCanonical: 'ünal.3' }
    for (const typed of ['ünal', 'UNAL.', 'unal.3', 'Ünal.٣']) expect(finds(typed, account), typed).toBe(true)
  })

  it('by the beginning of an email address, with its domain in Unicode or in ASCII', () => {
    const account = { email: 'Amina@Bücher.example', emailCanonical: 'amina@xn--bcher-kva.example' }
    for (const typed of ['amina@', 'AMINA@büch', 'amina@xn--b', 'amina＠bü'])
      expect(finds(typed, account), typed).toBe(true)
    expect(finds('bücher', account)).toBe(false)
  })

  it('by the beginning of a phone number, as people write it', () => {
    const account = { phoneNumber: '+254712345678' }
    for (const typed of ['+254', '+254 712-34', '00254 712', '254712', '+٢٥٤ ٧١٢'])
      expect(finds(typed, account), typed).toBe(true)
    for (const typed of ['0712', '0712 345', '(0712) 345 678'])
      expect([finds(typed, account), finds(typed, account, 'KE')], typed).toEqual([false, true])
    expect(finds('712', account)).toBe(false)
  })

  it('A27: takes wildcards of databases as ordinary characters', () => {
    for (const typed of ['%', '_', '\\', 'a%', 'am_na', 'amina\\', '*', '[a]'])
      expect(finds(typed, { ...amina, username: 'amina', usernameCanonical: 'amina' }), typed).toBe(false)
    expect(finds('50%_', { fullName: '50%_off\\' })).toBe(true)
  })
})

it('a text without a visible character finds nothing, and is no prefix of everything', () => {
  for (const typed of ['', ' ', '\u0000', '\u200b', '\u0301', '\u{10ffff}'])
    expect(termRangesOf(typed, 'KE')).toEqual([])
})

it('the beginning of a text, folded, begins the folded text, wherever it ends', () => {
  for (const text of ['Zoë Ångström', 'ﬃ ﬃx', 'Ǆ', 'ΣΊΣΥΦΟΣ', 'İı', 'नमस्ते', '각하', 'ß-ẞ'])
    for (let end = 1; end <= text.length; end++) {
      const typed = text.slice(0, end)
      if (typed.isWellFormed()) expect(foldTerm(text).startsWith(foldTerm(typed)), typed).toBe(true)
    }
})

it('an account without identifiers and names has a term too, so that storing it is the same statement (I4)', () => {
  expect(searchTermsOf(nothing)).toEqual([''])
})

it('a name of very many words adds a few terms only, each of bounded length', () => {
  const terms = searchTermsOf({ ...nothing, fullName: 'a b '.repeat(50), givenName: 'ﷺ'.repeat(200) })
  expect(terms.length).toBeLessThan(40)
  for (const term of terms) expect(term.length).toBeLessThanOrEqual(254)
})
