import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  collector,
  contact,
  databaseUrl,
  dataServer,
  headers,
  maskUrl,
  origins,
  publicUrl,
  url,
} from './url-parsers.ts'

describe('the public URL', () => {
  it.each([
    ['https://a.example/', 'https://a.example'],
    ['https://A.example:443', 'https://a.example'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
  ])('%s becomes the origin %s', (given, origin) => {
    expect(publicUrl().parse(given)).toBe(origin)
  })

  it.each([
    ['https://a.example/auth', 'must be an origin without a path, such as https://a.example;'],
    ['https://a.example/?', 'must be an origin without a path'],
    ['https://u:p@a.example', 'must not contain a user name or password'],
    ['a.example', 'must begin with https:// or http://.'],
    ['https:a.example', 'must begin with https:// or http://.'],
    ['ftp://a.example', 'must begin with https:// or http://.'],
    ['https://a.exa\tmple', 'without spaces, control characters or backslashes'],
    ['https:\\\\a.example', 'without spaces, control characters or backslashes'],
    ['https://a.example:99999', 'is not a URL'],
  ])('refuses %s', (given, reason) => {
    expect(() => publicUrl().parse(given)).toThrow(reason)
  })
})

describe('origins', () => {
  it('are kept exactly', () => {
    expect(origins().parse('https://a.example, http://localhost:3000')).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ])
  })

  it.each([
    ['*', 'must list each origin in full'],
    ['https://*.a.example', 'must list each origin in full'],
    ['null', 'must not contain the origin "null"'],
    ['https://a.example/', 'has "https://a.example/"; the exact origin is "https://a.example".'],
    ['https://A.example:443', 'the exact origin is "https://a.example".'],
    ['https://u@a.example', 'must not contain a user name'],
    ['file:///x', 'must begin with https:// or http://.'],
  ])('A62: refuses %s', (given, reason) => {
    expect(() => origins().parse(given)).toThrow(reason)
  })
})

describe('the database URL', () => {
  it.each([
    ['sqlite:x.sqlite', { engine: 'sqlite', path: resolve('x.sqlite') }],
    ['sqlite:/var/x.sqlite', { engine: 'sqlite', path: '/var/x.sqlite' }],
    ['sqlite:///var/x.sqlite', { engine: 'sqlite', path: '/var/x.sqlite' }],
    ['postgres://u:p%40@h:1/d', { engine: 'postgres', url: 'postgres://u:p%40@h:1/d' }],
    ['postgresql://h/d?sslmode=require', { engine: 'postgres', url: 'postgres://h/d?sslmode=require' }],
    ['postgres:///d?host=/run/postgresql', { engine: 'postgres', url: 'postgres:///d?host=/run/postgresql' }],
    ['mysql://root@127.0.0.1:3306/test', { engine: 'mysql', url: 'mysql://root@127.0.0.1:3306/test' }],
    [
      'postgres://h/d?sslrootcert=/run/a@b.pem',
      { engine: 'postgres', url: 'postgres://h/d?sslrootcert=/run/a@b.pem' },
    ],
    ['mariadb://h/d', { engine: 'mysql', url: 'mysql://h/d' }],
  ])('%s is understood', (given, location) => {
    expect(databaseUrl().parse(given)).toEqual(location)
  })

  it.each([
    ['sqlite:', 'must name a file after "sqlite:"'],
    ['sqlite:./data/', 'must name a file after "sqlite:"'],
    ['sqlite::memory:', 'must name a file: reads use their own connection'],
    ['sqlite://data/x.sqlite', 'must be written sqlite:PATH, without "//"'],
    ['sqlite:x.sqlite?mode=ro', 'without options'],
    ['mongodb://h/d', 'must begin with sqlite:PATH, postgres://, postgresql://, mysql:// or mariadb://.'],
    ['postgres://h', 'must end with the name of one database, as in postgres://user:password@host/proxima.'],
    ['postgres:///d', 'must name a host after "//".'],
    ['postgres://u:p@ss/w@host', 'has two "@" or a "#". Percent-encode'],
    ['postgres://u:p@ss@host/db', 'has two "@" or a "#". Percent-encode'],
    ['mysql://u@example.org:p@host/db', 'has two "@" or a "#". Percent-encode'],
    ['postgres://u:p@host/db#x', 'has two "@" or a "#". Percent-encode'],
    ['mysql://u:1#2@host/db', 'has two "@" or a "#". Percent-encode'],
  ])('refuses %s', (given, reason) => {
    expect(() => databaseUrl().parse(given)).toThrow(reason)
  })

  it('with an unescaped password is refused without repeating it', () => {
    expect(() => databaseUrl().parse('postgres://u:pass/word@h/d')).toThrow(/^is not a URL\. Percent-encode/)
    expect(() => databaseUrl().parse('postgres://u:pass/word@h/d')).not.toThrow('word@')
  })
})

describe('other URLs', () => {
  it('name a host and have one of the schemes', () => {
    expect(url('redis', 'rediss').parse('rediss://u:p@r.example:6380')).toBe('rediss://u:p@r.example:6380')
    expect(() => url('redis', 'rediss').parse('http://r.example')).toThrow(
      'must begin with redis:// or rediss://.',
    )
    expect(() => url('redis').parse('redis:///0')).toThrow('must name a host')
    expect(dataServer('redis').parse('redis://u:p@r.example')).toBe('redis://u:p@r.example')
    for (const text of ['redis://u:p@ss/w@r.example', 'redis://u:p#@r.example'])
      expect(() => dataServer('redis').parse(text)).toThrow(/^has two "@" or a "#"/)
  })

  it('for reports of vulnerabilities are a page or one address', () => {
    expect(contact().parse('mailto:security@example.org')).toBe('mailto:security@example.org')
    expect(contact().parse('https://example.org/security')).toBe('https://example.org/security')
    expect(() => contact().parse('security@example.org')).toThrow('must begin with mailto: or https://.')
    expect(() => contact().parse('mailto:a@b.example,c@d.example')).toThrow('must have one address')
    expect(() => contact().parse('mailto:a@b.example\nExpires: never')).toThrow('must have one address')
  })
})

describe('the collector of traces', () => {
  it.each(['http://127.0.0.1:4318', 'https://otlp.example/tenant', 'https://otlp.example/'])(
    'accepts %s',
    (given) => {
      expect(collector().parse(given)).toBe(given)
    },
  )

  it.each([
    ['localhost:4318', 'must begin with https:// or http://.'],
    ['http://127.0.0.1:4317', 'has port 4317, which is for gRPC'],
    ['https://otlp.example/v1/traces', 'must not end with /v1/traces'],
    ['https://otlp.example/?key=canary', 'must not have a query'],
    ['https://u:canary@otlp.example', 'Set OTEL_EXPORTER_OTLP_HEADERS instead'],
  ])('refuses %s, and does not quote a key in it', (given, reason) => {
    expect(() => collector().parse(given)).toThrow(reason)
    expect(() => collector().parse(given)).not.toThrow('canary')
  })

  it('gets headers with percent-encoded values', () => {
    expect(headers().parse('authorization=Bearer%20a%3Db, x-tenant=7')).toEqual({
      authorization: 'Bearer a=b',
      'x-tenant': '7',
    })
  })

  it.each(['canary', 'a b=canary', 'x=', '=canary', 'x=canary%0d%0ay:1', 'x=canary%', 'x=canary,'])(
    'refuses %j as headers, and does not quote it',
    (given) => {
      expect(() => headers().parse(given)).toThrow(/^has an item [12] that is not "name=value"/)
      expect(() => headers().parse(given)).not.toThrow('canary')
    },
  )
})

describe('a masked URL', () => {
  it.each([
    ['postgres://u:p@h/d?password=x&sslmode=require', 'postgres://***:***@h/d?password=***&sslmode=***'],
    ['https://h/path?key=x#fragment', 'https://h/path?key=***'],
    ['not a url with p@ss', '***'],
    ['https://h/', 'https://h/'],
  ])('of %s is %s', (given, masked) => {
    expect(maskUrl(given)).toBe(masked)
  })
})
