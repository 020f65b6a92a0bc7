import { describe, expect, it } from 'vitest'
import { deviceOf } from './device.ts'

describe('the device of a user agent', () => {
  it('has a name that people know', () => {
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
    expect(deviceOf(firefox)).toBe('Firefox on Linux')
    const safari =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'Version/18.1 Mobile/15E148 Safari/604.1'
    expect(deviceOf(safari)).toBe('Safari on iOS')
  })

  it('is null for a missing or unknown user agent', () => {
    for (const userAgent of [null, '', 'curl/8.5.0', 'node']) expect(deviceOf(userAgent)).toBeNull()
  })

  it('A122: is never a name that the client gives itself', () => {
    const hostile = [
      'Your account is locked, call +254712345678 now/1.0 x',
      '<script>alert(1)</script>/1 x',
      'https://evil.example/login/1.0 (Linux)',
    ]
    for (const userAgent of hostile) expect([null, 'Linux']).toContain(deviceOf(userAgent))
  })
})
