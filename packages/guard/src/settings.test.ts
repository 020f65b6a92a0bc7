import { describe, expect, it } from 'vitest'
import { type GuardOptions, readSettings } from './settings.ts'

const issuer = 'https://accounts.example.org'
const read = (options: Partial<GuardOptions>) => readSettings({ issuer, ...options })

describe('the settings of a guard', () => {
  it('need only the issuer', () => {
    expect(readSettings({ issuer })).toMatchObject({
      issuer,
      audience: issuer,
      serverUrl: issuer,
      apiKey: null,
      failMode: 'closed',
      failAfterMs: 60_000,
      clockToleranceSeconds: 5,
      introspectionCacheMs: 1_000,
    })
  })

  it('keep the issuer as it is written, because tokens are compared with it', () => {
    expect(readSettings({ issuer: `${issuer}/` })).toMatchObject({ issuer: `${issuer}/`, serverUrl: issuer })
  })

  it.each<[string, Partial<GuardOptions>]>([
    ['an issuer that is no address', { issuer: 'accounts' }],
    ['an issuer of another scheme', { issuer: 'file:///etc/keys' }],
    ['keys over plain http', { issuer: 'http://accounts.example.org' }],
    ['keys over plain http from another address', { serverUrl: 'http://10.0.0.7:4000' }],
    ['a name that only begins like this machine', { issuer: 'http://127.0.0.1.example.org' }],
    ['a misspelt option', { apikey: 'pxk_key' } as Partial<GuardOptions>],
    ['an empty credential', { apiKey: '' }],
    ['a credential from a variable that is not set', { apiKey: undefined }],
    ['a credential of spaces', { apiKey: ' ' }],
    ['an unknown failMode', { failMode: 'open' as 'ttl' }],
    ['seconds as text', { failAfterSeconds: '60' as unknown as number }],
    ['negative seconds', { clockToleranceSeconds: -1 }],
    ['endless seconds', { introspectionCacheSeconds: Number.POSITIVE_INFINITY }],
  ])('are refused: %s', (_name, options) => {
    expect(() => read(options)).toThrow(TypeError)
  })

  it.each<[string, Partial<GuardOptions>]>([
    ['this machine by its name', { issuer: 'http://localhost:4000' }],
    ['this machine by its address', { issuer: 'http://127.0.0.1:4000' }],
    ['this machine by its address of IPv6', { issuer: 'http://[::1]:4000' }],
    ['a network that the operator trusts', { serverUrl: 'http://proxima:4000', allowHttp: true }],
    [
      'another address than the issuer',
      { issuer: 'http://accounts.test', serverUrl: 'http://127.0.0.1:4000' },
    ],
  ])('are accepted: %s', (_name, options) => {
    expect(() => read(options)).not.toThrow()
  })
})
