import { describe, expect, it } from 'vitest'
import { type AskedRequest, askedRequest, isForgedChange, opensPage, signInAddress } from './asked-request.ts'

const rules = {
  publicUrl: 'https://accounts.example.org',
  returnOrigins: ['https://accounts.example.org:8443', 'https://reports.example.org'],
}

const page: AskedRequest = {
  method: 'GET',
  scheme: 'https',
  host: 'reports.example.org',
  uri: '/a?b=1&c=%20#d',
}

const returnToOf = (asked: AskedRequest) => new URL(signInAddress(asked, rules)).searchParams.get('return_to')

describe('the sign-in address', () => {
  it('leads back to the whole address, with its query, in a configured origin or in the public URL', () => {
    expect(signInAddress(page, rules)).toBe(
      'https://accounts.example.org/sign-in?return_to=https%3A%2F%2Freports.example.org%2Fa%3Fb%3D1%26c%3D%2520%23d',
    )
    expect(returnToOf({ ...page, host: 'accounts.example.org' })).toBe(
      'https://accounts.example.org/a?b=1&c=%20#d',
    )
    expect(returnToOf({ ...page, host: 'accounts.example.org:8443', uri: '/' })).toBe(
      'https://accounts.example.org:8443/',
    )
  })

  it.each([
    ['another host', { host: 'evil.example' }],
    ['a host that begins with an allowed one', { host: 'reports.example.org.evil.example' }],
    ['a host that begins with the public one', { host: 'accounts.example.org.evil.example' }],
    ['another port of the public host', { host: 'accounts.example.org:9443' }],
    ['a host that ends with an allowed one', { host: 'evilreports.example.org' }],
    ['an allowed host as user name', { host: 'reports.example.org@evil.example' }],
    ['a user name before an allowed host', { host: 'amina@reports.example.org' }],
    ['two hosts', { host: 'reports.example.org, evil.example' }],
    ['another host in the path', { host: 'reports.example.org', uri: '@evil.example/' }],
    ['a path that continues the host', { uri: '.evil.example/' }],
    ['a path that begins a port', { uri: ':8443/' }],
    ['another port', { host: 'reports.example.org:8443' }],
    ['another scheme', { scheme: 'http' }],
    ['a script', { scheme: 'javascript', host: 'alert(1)', uri: '//' }],
    ['data', { scheme: 'data', host: 'text/html,x' }],
    ['the scheme of a WebSocket', { scheme: 'wss' }],
    ['a space', { uri: '/a b' }],
    ['a tab, which a browser drops', { uri: '/\t/evil.example' }],
    ['bytes outside of ASCII', { uri: '/\u00e9' }],
    ['no host', { host: null }],
    ['no scheme', { scheme: null }],
    ['no path', { uri: null }],
    ['an address that is too long', { uri: `/${'a'.repeat(2_000)}` }],
  ])('A106: leads back to nothing if it has %s', (_what, changed) => {
    expect(signInAddress({ ...page, ...changed }, rules)).toBe('https://accounts.example.org/sign-in')
  })

  it.each(['//evil.example', '/\\evil.example', '/..//evil.example', '/@evil.example', '/%09/evil.example'])(
    'A106: stays in the origin with the path %s',
    (uri) => {
      const returnTo = returnToOf({ ...page, uri }) ?? ''
      expect(new URL(returnTo).origin).toBe('https://reports.example.org')
    },
  )
})

describe('a redirect', () => {
  const opens = (method: string | null, headers: Record<string, string> = {}) =>
    opensPage({ ...page, method }, headers)

  it('is for browsers that open a page', () => {
    for (const method of [null, 'GET', 'HEAD']) {
      expect(opens(method)).toBe(true)
      expect(opens(method, { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' })).toBe(true)
    }
  })

  it('is not for forms, scripts, pictures and WebSockets, which have no use for a page', () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'post', 'get', 'GET, POST'])
      expect(opens(method), method).toBe(false)
    for (const kind of ['empty', 'image', 'script', 'websocket', 'iframe'])
      expect(opens('GET', { 'sec-fetch-dest': kind }), kind).toBe(false)
    expect(opens('GET', { upgrade: 'websocket' })).toBe(false)
  })
})

describe('a forged change', () => {
  it('comes from a page of another origin, as the browser says, and changes something', () => {
    const isForged = (method: string | null, site?: string) =>
      isForgedChange({ ...page, method }, site === undefined ? {} : { 'sec-fetch-site': site })
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'PROPFIND']) {
      expect(isForged(method, 'cross-site'), method).toBe(true)
      expect(isForged(method, 'same-site'), method).toBe(true)
      for (const site of ['same-origin', 'none', undefined])
        expect(isForged(method, site), method).toBe(false)
    }
    for (const method of [null, 'GET', 'HEAD', 'OPTIONS']) expect(isForged(method, 'cross-site')).toBe(false)
  })
})

describe('the asked request', () => {
  it('is what the proxy says, and nothing where it says nothing, or says it twice', () => {
    expect(askedRequest({})).toEqual({ method: null, scheme: null, host: null, uri: null })
    expect(
      askedRequest({
        'x-forwarded-method': 'GET',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': '',
        'x-forwarded-uri': ['/a', '/b'],
      }),
    ).toEqual({ method: 'GET', scheme: 'https', host: null, uri: null })
  })
})
