import { expect, it } from 'vitest'
import { localeFor } from './locale.ts'

it('a locale is matched by its language, and falls back to English', () => {
  for (const wanted of ['en', 'EN', 'en-KE', 'en-Latn-GB', 'sw-KE', '', 'x', null])
    expect(localeFor(wanted), String(wanted)).toBe('en')
})
