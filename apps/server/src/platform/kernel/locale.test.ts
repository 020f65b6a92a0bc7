import { expect, it } from 'vitest'
import { bestOf, directionOf } from './locale.ts'

const locales = ['en', 'fr', 'sw', 'ro', 'bn', 'ar']

it.each([
  ['sw', 'sw'],
  ['sw-KE', 'sw'],
  ['SW', 'sw'],
  ['ar-Latn-u-nu-latn', 'ar'],
  ['swx', null],
  ['de', null],
  ['', null],
  ['-', null],
  [null, null],
])('the language for %s is %s', (wanted, found) => {
  expect(bestOf(locales, [wanted])).toBe(found)
})

it('a more exact language is better, and so is one that is wanted more', () => {
  expect(bestOf(['pt', 'pt-BR'], ['pt-br-x-private'])).toBe('pt-BR')
  expect(bestOf(['pt', 'pt-BR'], ['pt-PT'])).toBe('pt')
  expect(bestOf(locales, ['de', null, 'fr-CA', 'ro'])).toBe('fr')
})

it('Arabic is written from right to left, and so is a language that Proxima does not speak', () => {
  expect([...locales, 'he'].filter((tag) => directionOf(tag) === 'rtl')).toEqual(['ar', 'he'])
})
