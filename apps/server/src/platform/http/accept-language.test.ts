import { describe, expect, it } from 'vitest'
import { acceptedLanguages } from './accept-language.ts'

describe('the languages that a client accepts', () => {
  it.each([
    ['sw-KE,sw;q=0.9,en;q=0.8', ['sw-KE', 'sw', 'en']],
    ['en;q=0.5, fr ; q=0.9 , ar', ['ar', 'fr', 'en']],
    ['fr;q=0, en', ['en']],
    ['fr, en', ['fr', 'en']],
    ['*', []],
    ['', []],
    [undefined, []],
    ['fr;q=2, en;q=x, <b>, ro;q=1.000', ['ro']],
  ])('of %s are %j', (header, languages) => {
    expect(acceptedLanguages(header)).toEqual(languages)
  })

  it('I13: of a long header are the first ten', () => {
    expect(acceptedLanguages(Array.from({ length: 10_000 }, () => 'en').join())).toHaveLength(10)
  })
})
