import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson, StrictJsonError } from './strict-json.ts'

const parse = (text: string) => parseStrictJson(text, { depthMax: 32 })

describe('JSON that is read', () => {
  it('parses JSON without repeated names like JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        fc.pre(!text.includes('"__proto__"'))
        expect(parseStrictJson(text, { depthMax: 1000 })).toEqual(JSON.parse(text))
      }),
      { numRuns: 1000 },
    )
  })

  it('means the same however its strings are escaped', () => {
    const escaped = (text: string) =>
      Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
        .map((unit) => `\\u${unit}`)
        .join('')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text !== '__proto__')
        const quoted = `"${escaped(text)}"`
        expect(parse(`{${quoted}:[${quoted}]}`)).toEqual({ [text]: [text] })
      }),
    )
  })

  it('may use one name in different objects', () => {
    expect(parse('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}')).toEqual({
      a: { a: { a: 1 } },
      b: [{ a: 1 }, { a: 2 }],
    })
  })

  it('may have names and brackets in its strings, and repeated values', () => {
    expect(parse('{"a":"\\",\\"a\\":","b":"\\\\"}')).toEqual({ a: '","a":', b: '\\' })
    expect(parse('["{\\"a\\":1,\\"a\\":2}", "[[[", "\\\\", "a", "a", "__proto__"]')).toHaveLength(6)
  })
})

describe('JSON that is refused', () => {
  it('is exactly the JSON that JSON.parse refuses, if no names are repeated', () => {
    const unit = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '1',
      '-',
      'e',
      'u',
      'd8',
      'null',
      ' ',
      '\n',
      '"k"',
      '{}',
    )
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        if (!isJson(text)) expect(() => parse(text)).toThrow(StrictJsonError)
        else if (text.split('"').length <= 3) expect(parse(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['plainly', '{"role":"user","role":"admin"}'],
    ['by an escape', '{"role":1,"r\\u006fle":2}'],
    ['far apart', '{"role":1,"x":{"y":[{"role":1}]},"role":2}'],
    ['deep inside', '[[{"x":{"role":1,"role":1}}]]'],
    ['after an empty object', '[{},{"role":1,"role":2}]'],
    ['as the empty name', '{"":1,"":2}'],
    ['after escaped quotes and backslashes', '{"\\"":"\\\\","[\\\\\\"":"}","role":1,"role":2}'],
    ['with whitespace about', '{ "role" : 1 ,\n "role"\t: 2 }'],
  ])('names a member twice %s (RFC 7493 §2.3)', (_how, text) => {
    expect(() => parse(text)).toThrow(/appears twice in one object/)
  })

  it('is found wherever a repeated name is', () => {
    const name = fc.string({ unit: 'binary', maxLength: 5 }).filter((text) => text !== '__proto__')
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        (names, from, to) => {
          const doubled = names.toSpliced(to % (names.length + 1), 0, names[from % names.length] ?? '')
          const members = (all: string[]) => `{${all.map((one) => `${JSON.stringify(one)}:{}`).join()}}`
          expect(parse(members(names))).toEqual(JSON.parse(members(names)))
          expect(() => parse(members(doubled))).toThrow(/appears twice/)
        },
      ),
    )
  })

  it.each([
    '{"__proto__":{"isAdmin":true}}',
    '[{"a":{"__proto__":1}}]',
    '{"\\u005f_proto__":{}}',
    '{"a":1,"__proto__":2}',
  ])('A05: names the prototype: %s', (text) => {
    expect(() => parse(text)).toThrow('A member may not be named "__proto__".')
  })

  it.each([
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '["\\uD83D"]',
    '{"\\udfff":1}',
    '{"a":"x\\udbffy"}',
    '"\ud800"',
    '"\\\\\\ud800"',
  ])('A20: has half of a surrogate pair: %j', (text) => {
    expect(() => parse(text)).toThrow(/surrogate pair/)
  })

  it('does not mistake an escaped backslash for a surrogate', () => {
    expect(parse('["\\\\ud800", "\\ud83d\\ude00"]')).toEqual(['\\ud800', '😀'])
  })

  it('is nested one level too deep', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseStrictJson(nested(5), { depthMax: 5 })).toEqual([[[[[]]]]])
    expect(() => parseStrictJson(nested(6), { depthMax: 5 })).toThrow(
      'The JSON is nested deeper than 5 levels.',
    )
    expect(parseStrictJson('[[1],[2],{"a":[]}]', { depthMax: 3 })).toEqual([[1], [2], { a: [] }])
    expect(() => parseStrictJson('{"a":{"b":[{}]}}', { depthMax: 3 })).toThrow(/deeper than 3/)
  })

  it('names the position of an error, and does not quote the text there', () => {
    const body = `{"password": "correct horse battery staple, said the donkey", oops}`
    expect(() => parse(body)).toThrow(/^The text is not valid JSON \(error at character 62\)\.$/)
  })

  it('begins with a byte order mark', () => {
    expect(() => parse('\ufeff{}')).toThrow(StrictJsonError)
  })
})

describe('JSON made to be slow (A123)', () => {
  it('A123: is refused at 100,000 and at 1,000,000 levels without overflowing the stack', () => {
    for (const depth of [100_000, 1_000_000]) {
      expect(() => parse('['.repeat(depth) + ']'.repeat(depth))).toThrow(/deeper than 32/)
      expect(() => parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toThrow(/deeper than 32/)
      expect(() => parse('['.repeat(depth))).toThrow(StrictJsonError)
    }
  })

  it('A123: with a million members takes time in proportion to its length', { tags: 'long' }, () => {
    const members = Array.from({ length: 1_000_000 }, (_, index) => `"${index}k":0`)
    expect(Object.keys(parse(`{${members.join()}}`) as object)).toHaveLength(1_000_000)
    expect(() => parse(`{${members.join()},"7k":1}`)).toThrow(/"7k" appears twice/)
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
