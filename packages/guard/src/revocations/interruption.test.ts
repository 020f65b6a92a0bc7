import { describe, expect, it } from 'vitest'
import { effectOf, hintOf } from './interruption.ts'

describe('the line about revocations that do not arrive', () => {
  it('says what is wrong with the apiKey, and nothing of it for other failures', () => {
    expect([401, 403, 502].map(hintOf)).toEqual([
      ': the apiKey is not valid',
      ': the apiKey needs the permission tokens:introspect',
      '',
    ])
  })

  it('says when requests get 503: at once, if the guard has heard nothing yet', () => {
    const settings = { failMode: 'closed', failAfterMs: 15_000 } as const
    expect(effectOf(settings, false)).toBe('Until they do, requests get 503.')
    expect(effectOf(settings, true)).toBe('Requests get 503 after 15 seconds.')
  })

  it('says that revoked tokens work, if the setting allows that', () => {
    const settings = { failMode: 'ttl', failAfterMs: 15_000 } as const
    expect(effectOf(settings, true)).toBe('Until they do, revoked tokens work until they expire.')
  })
})
