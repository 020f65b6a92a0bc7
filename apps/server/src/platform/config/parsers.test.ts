import { describe, expect, it } from 'vitest'
import { networks } from './network-parser.ts'
import { choice, choices, host, integer, ratio, region, text, word } from './parsers.ts'

describe('integer', () => {
  it.each(['1e3', '0x10', ' 7', '7 ', '+7', '-7', '7.0', '007', '٧', '', 'NaN', '99999999999999999999'])(
    'refuses %j',
    (given) => {
      expect(() => integer(0, 1_000_000).parse(given)).toThrow(
        'must be a whole number from 0 to 1000000, not "',
      )
    },
  )

  it('accepts both ends of its range', () => {
    expect([integer(1, 9).parse('1'), integer(1, 9).parse('9')]).toEqual([1, 9])
  })
})

describe('ratio', () => {
  it('accepts both ends of its range, and the numbers between them', () => {
    expect(['0', '1', '0.05', '1.0'].map((text) => ratio().parse(text))).toEqual([0, 1, 0.05, 1])
  })

  it.each(['1.1', '-0', '.5', '5%', '1e-1', '2'])('refuses %j', (given) => {
    expect(() => ratio().parse(given)).toThrow('must be a number from 0 to 1')
  })
})

describe('choice and choices', () => {
  it('list the accepted words', () => {
    expect(() => choice('open', 'closed').parse('Open')).toThrow('must be one of open, closed, not "Open".')
    expect(() => choices('a', 'b').parse('a,c')).toThrow('must be one of a, b, not "c".')
  })

  it('refuse an item given twice and an empty one', () => {
    expect(() => choices('a', 'b').parse('a, a')).toThrow('names "a" twice.')
    expect(() => choices('a', 'b').parse('a,')).toThrow('has an empty item')
  })
})

describe('text', () => {
  it('is one readable line', () => {
    expect(text(20).parse('Société Générale 👍')).toBe('Société Générale 👍')
    expect(() => text(20).parse('a\nb')).toThrow('on one line')
    expect(() => text(20).parse('a\u202eb')).toThrow('without control characters')
    expect(() => text(20).parse(' a')).toThrow('begin or end with a space')
    expect(() => text(3).parse('abcd')).toThrow('longer than 3 characters')
    expect(() => word(20).parse('a b')).toThrow('spaces')
  })
})

describe('host', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'a-b.example.org'])('takes %s', (given) => {
    expect(host().parse(given)).toBe(given)
  })

  it.each([
    ['http://localhost', 'without a scheme'],
    ['[::1]', 'without brackets'],
    ['localhost:80', 'set PROXIMA_PORT'],
    ['256.1.1.1', 'must be an address such as'],
    ['-a.org', 'must be an address such as'],
    ['a b', 'must be an address such as'],
    [`${'a'.repeat(64)}.org`, 'must be an address such as'],
  ])('refuses %s', (given, reason) => {
    expect(() => host().parse(given)).toThrow(reason)
  })
})

describe('region', () => {
  it('is a code of a country in capitals', () => {
    expect([region().parse('KE'), region().parse('gb')]).toEqual(['KE', 'GB'])
    expect(() => region().parse('UK')).toThrow('The code of the United Kingdom is GB.')
    expect(() => region().parse('Kenya')).toThrow('two letters, such as KE, not "Kenya".')
    expect(() => region().parse('constructor')).toThrow('two letters')
  })
})

describe('networks', () => {
  it('are addresses and networks', () => {
    expect(networks().parse('10.0.0.7,172.16.0.0/12, fd00::/8')).toEqual([
      '10.0.0.7',
      '172.16.0.0/12',
      'fd00::/8',
    ])
  })

  it.each(['0.0.0.0/0', '::/0'])('A42: refuses %s, which would trust the headers of all callers', (given) => {
    expect(() => networks().parse(given)).toThrow(
      'which includes every address: list only those that you mean.',
    )
  })

  it.each([
    ['10.0.0.0/33', 'must be from 1 to 32'],
    ['fd00::/129', 'must be from 1 to 128'],
    ['10.0.0.0/', 'must be from 1 to 32'],
    ['10.0.0.0/8/8', 'an address or a network'],
    ['10.0.0', 'an address or a network'],
    ['loopback', 'an address or a network'],
    ['fe80::1%eth0', 'an address or a network'],
  ])('refuses %s', (given, reason) => {
    expect(() => networks().parse(given)).toThrow(reason)
  })
})
