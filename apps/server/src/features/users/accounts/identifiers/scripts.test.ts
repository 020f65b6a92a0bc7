import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asciiDigits } from '../../../../platform/kernel/typed-text.ts'
import { allowedRanges } from './confusables.data.ts'
import { accents, limitedUseScripts, recommendedScripts } from './scripts.ts'
import { canonicalUsername, parseUsername } from './username.ts'

function code(text: string): string | null {
  const parsed = parseUsername(text)
  return parsed.ok ? null : parsed.code
}

function skeletons(text: string): readonly string[] {
  const parsed = parseUsername(text)
  return parsed.ok ? parsed.value.skeletons : []
}

const allowed = allowedRanges.split(' ').flatMap((range) => {
  const [first = 0, last = first] = range.split('-').map((hex) => Number.parseInt(hex, 16))
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index))
})

/** Names and words as people write them in the languages of each script. */
const names: Readonly<Record<string, readonly string[]>> = {
  'tones and dots of African languages': ['Adébáyọ̀', 'Ọlọ́run', 'Ọ̀nụ̀', 'Mbɔ́tɛ', 'Akɔ̈l', 'Ẹ̀ṣọ́', 'A̩de'],
  'Guaraní, Marshallese, Taiwanese, Karakalpak': ['Avañeʼẽg̃a', 'M̧ajeļ', 'Tâi-o̍͘', 'Ǵarezsiz'],
  'Hawaiian, Uzbek, Tlapanec': ['Kauaʻi', 'Oʻtkir', 'Mẽꞌphaa'],
  Catalan: ['col·legi', 'COL·LEGI', 'Paraŀlel'],
  'Arabic and Persian': ['مُحَمَّد', 'عيسىٰ', 'علی\u200cرضا', 'می\u200cخواهم'],
  'Hebrew and Yiddish': ['ג׳ורג׳', 'צה״ל', 'ייִדיש', 'אָבאַ'],
  'conjuncts of Indic scripts': ['ශ්\u200dරී', 'ර\u0dca\u200dය', 'র\u200d্যাব', 'क\u094d\u200cष', 'ക്\u200dഷ'],
  Burmese: ['လျှော်ဖွပ်', 'ကြွှောင့်'],
  Tibetan: ['བོད', 'བསྟན་འཛིན', 'བསྒྲུབས'],
  Japanese: ['ジョン・スミス', 'ｼﾞｮﾝ･ｽﾐｽ'],
  Adlam: ['𞤀𞤣𞤤𞤢𞤥'],
  Balinese: ['ᬩᬮᬶ'],
  Cherokee: ['ᏣᎳᎩ'],
  Inuktitut: ['ᐃᓄᒃᑎᑐᑦ'],
  Javanese: ['ꦗꦮꦏ꧀ꦱ'],
  Lisu: ['ꓡꓲꓢꓴ'],
  Mongolian: ['ᠮᠣᠩᠭᠣᠯ', 'ᠮᠣᠩᠭᠣᠯ\u180c'],
  "N'Ko": ['ߒߞߏ'],
  Syriac: ['ܣܘܪܝܝܐ'],
  Tifinagh: ['ⵜⴰⵎⴰⵣⵉⵖⵜ'],
  Yi: ['ꆈꌠꉙ'],
}

describe('a username in a living language', () => {
  it.each(Object.entries(names))('may be written as in %s', (_language, written) => {
    for (const name of written) {
      const parsed = parseUsername(name)
      expect(code(name), name).toBeNull()
      if (!parsed.ok) continue
      const { canonical } = parsed.value
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
        expect(canonicalUsername(name.normalize(form)), name).toBe(canonical)
      expect(canonicalUsername(canonical), name).toBe(canonical)
      expect(code(canonical), name).toBeNull()
    }
  })

  it('may use each script of the list, with its own digits', () => {
    for (const script of [...recommendedScripts, ...limitedUseScripts]) {
      const letter = new RegExp(String.raw`^(?=\p{sc=${script}})[\p{L}--\u30fc]$`, 'v')
      const [one = ''] = allowed.filter((char) => letter.test(char))
      expect(code(one.repeat(3)), script).toBeNull()
      const digit = new RegExp(String.raw`^(?=\p{sc=${script}})\p{Nd}$`, 'u')
      for (const own of allowed.filter((char) => digit.test(char))) {
        expect(code(one.repeat(3) + own), script).toBeNull()
        expect(canonicalUsername(one.repeat(3) + own)).toBe(
          canonicalUsername(one.repeat(3) + asciiDigits(own)),
        )
      }
    }
  })

  it('is described by the guide, which names every script', async () => {
    const guide = await readFile(
      new URL('../../../../../../../docs/guides/identifiers.md', import.meta.url),
      'utf8',
    )
    const listed = (title: string) => {
      const line = guide.split('\n').find((each) => each.startsWith(`| ${title} |`)) ?? ''
      return line
        .split('|')[2]
        ?.trim()
        .split(', ')
        .map((script) => script.replaceAll(' ', '_'))
    }
    expect(listed('in everyday use')).toEqual([...recommendedScripts])
    expect(listed('of smaller communities')).toEqual([...limitedUseScripts])
  })

  it('A16, A17: has joiners, dots and signs only where they make a difference', () => {
    const misplaced = [
      'ab\u200ccd',
      'ab\u200dcd',
      'علی\u200c',
      'علی\u200dرضا',
      'कम\u200cष',
      'l·a',
      'a·l',
      'll·',
      'аб·вг',
    ]
    misplaced.push('abc׳', 'bo\u0f0bd', 'བོད་', 'ab\u30fbcd', 'ジョン・', 'ab\u180bcd', "o'brien", 'o’brien')
    for (const name of misplaced) expect(code(name), name).toBe('character_not_allowed')
  })

  it('A16, A17: is the same name with and without the marks that people leave out', () => {
    for (const [one, other] of [
      ['مُحَمَّد', 'محمد'],
      ['علی\u200cرضا', 'علیرضا'],
      ['ייִדיש', 'יידיש'],
      ['ශ්\u200dරී', 'ශ්රී'],
      ['Kauaʻi', "Kaua'i"],
      ['Kauaʻi', 'kaua’i'],
      ['ג׳ורג׳', "ג'ורג'"],
    ] as const) {
      expect(canonicalUsername(other), one).toBe(canonicalUsername(one))
    }
  })

  it('A17, A21: has at most two accents on a letter, and four marks, or six in Burmese', () => {
    const [first, second, third, fourth, fifth] = ['\u0323', '\u0301', '\u0302', '\u0304', '\u0308'] as const
    expect(code(`abcẹ${second}`)).toBeNull()
    expect(code(`abɔ${first}${second}`)).toBeNull()
    expect(code(`abɔ${first}${second}${third}`)).toBe('mark_misplaced')
    expect(code(`abc${first}${second}${third}${fourth}${fifth}`)).toBe('mark_misplaced')
    expect(code(`abɔ${second}${second}`)).toBe('mark_misplaced')
    expect(code(`กข${'\u0e31\u0e48\u0e47\u0e49\u0e4a'}`)).toBe('mark_misplaced')
    for (const overlay of '\u0334\u0335\u0336\u0337\u0338\u20dd')
      expect(code(`ab${overlay}c`), overlay).toBe('character_not_allowed')
    expect(code('محمد\u0301')).toBe('scripts_mixed')
  })

  it('A17: never has the skeleton of a different name in Latin letters unknowingly', () => {
    for (const alike of ['ꓮꓡꓲꓚꓰ', 'ALICE']) expect(skeletons(alike), alike).toContain('alice')
    expect(skeletons('ab\u0131\u0307')).toContain(skeletons('abi')[0])
    expect(skeletons('abi\u0307')).toEqual(skeletons('abi'))
    expect(canonicalUsername('i\u0307\u0301ab')).toBe('íab')
  })
})

describe('any username of allowed characters', () => {
  // Without the scripts that are most of Unicode and have neither case nor marks.
  const letters = allowed.filter((char) => !/^[\p{sc=Han}\p{sc=Hangul}\p{sc=Yi}]$/u.test(char))
  const marks = allowed.filter((char) => new RegExp(`[${accents}]`, 'u').test(char))
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 6 }),
    fc.string({
      unit: fc.constantFrom(...marks, 'a', 'ɔ', 'i', 'j', 'ı', 'İ', 'Ǵ'),
      minLength: 3,
      maxLength: 8,
    }),
    fc.string({
      unit: fc.constantFrom('ا', 'ل', '\u200c', '\u064e', '\u0651', '٣', '3'),
      minLength: 3,
      maxLength: 8,
    }),
  )

  it('has a canonical form that is a username too, is found by every form, and has at most three skeletons', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseUsername(text)
        if (!parsed.ok) return
        const { canonical, skeletons } = parsed.value
        expect(code(canonical), text).toBeNull()
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
          expect(canonicalUsername(`\u202a${text.normalize(form)}\u202c `)).toBe(canonical)
        expect(skeletons.length).toBeLessThanOrEqual(3)
        // Two names with one canonical form must never both be free.
        expect(skeletons.some((skeleton) => parseUsernameSkeletons(canonical).includes(skeleton))).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  function parseUsernameSkeletons(text: string): readonly string[] {
    const parsed = parseUsername(text)
    return parsed.ok ? parsed.value.skeletons : []
  }
})
