import { describe, expect, it } from 'vitest'
import { jpeg } from '../../../../../tests/support/hostile-images.ts'
import type { Row, UserRow } from '../model.ts'
import { holds } from './condition.ts'
import { isCutOff, readPicture } from './picture.ts'
import { keyOfRow } from './row-key.ts'
import { readExact, readText } from './text-field.ts'
import { readTime, readVerified } from './time-field.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const user = (row: Row, side: UserRow['side'] = {}): UserRow => ({ row, side })
const timeOf = (value: unknown) => {
  const time = readTime(user({ at: value }), 'at', now)
  return time === null ? null : new Date(time).toISOString()
}

describe('a time', () => {
  it.each([
    ['2025-06-10T12:34:56.123456', '2025-06-10T12:34:56.123Z'],
    ['2025-06-10 12:34:56', '2025-06-10T12:34:56.000Z'],
    ['2025-06-10 12:34:56.5+03', '2025-06-10T09:34:56.500Z'],
    ['2025-06-10T12:34:56-0130', '2025-06-10T14:04:56.000Z'],
    ['2025-06-10', '2025-06-10T00:00:00.000Z'],
    ['1749558896', '2025-06-10T12:34:56.000Z'],
    [1_749_558_896_123, '2025-06-10T12:34:56.123Z'],
    ['0000-00-00 00:00:00', null],
    ['yesterday', null],
    [null, null],
    ['2999-01-01', '2026-01-01T00:00:00.000Z'],
  ])('%s is read as UTC unless it has a zone', (value, expected) => {
    expect(timeOf(value)).toBe(expected)
  })

  it('of a verification may be a yes, which counts from the creation', () => {
    const verifiedOf = (value: unknown) => readVerified(user({ at: value }), 'at', { since: 5, now })
    for (const yes of [true, 1, 't', 'true', 'YES', Buffer.from([1])]) expect(verifiedOf(yes)).toBe(5)
    for (const no of [false, 0, 'f', '', null, Buffer.from([0])]) expect(verifiedOf(no)).toBeNull()
    expect(verifiedOf('2025-06-10')).toBe(Date.parse('2025-06-10'))
  })
})

describe('a text', () => {
  const row = user(
    { first: ' Ada ', last: '', data: '{"a":[{"b":"deep"}]}', bytes: Buffer.from('text'), salt: 'x' },
    { card: [{ job: 'Engineer' }, { job: 'Other' }] },
  )

  it('comes from one column or several, from within JSON, or from the first row of a side table', () => {
    expect(readText(row, 'first')).toBe('Ada')
    expect(readText(row, { columns: ['first', 'last', 'bytes'] })).toBe('Ada text')
    expect(readText(row, 'data.a.0.b')).toBe('deep')
    expect(readText(row, { column: 'job', from: 'card' })).toBe('Engineer')
    expect(readText(row, { column: 'job', from: 'missing' })).toBeNull()
    expect(readText(row, { template: '{salt}:{bytes}' })).toBe('x:text')
    expect(readText(row, { template: '{salt}:{missing}' })).toBeNull()
  })

  it('is left out if it stands for nothing, translated, or cut into words', () => {
    expect(readText(row, { column: 'first', drop: ['Ada'] })).toBeNull()
    expect(readText(row, { column: 'first', values: { Ada: 'Grace' } })).toBe('Grace')
    const names = user({ name: 'Ada  King Lovelace' })
    expect(readText(names, { column: 'name', part: 'first_word' })).toBe('Ada')
    expect(readText(names, { column: 'name', part: 'other_words' })).toBe('King Lovelace')
  })

  it('that is a password keeps its spaces', () => {
    expect(readExact(row, 'first')).toBe(' Ada ')
  })
})

it('a key of 16 bytes is a UUID, and one that cannot be found again is none', () => {
  const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  expect(keyOfRow({ id: bytes }, 'id')).toBe('00112233-4455-6677-8899-aabbccddeeff')
  expect(keyOfRow({ id: 7n }, 'id')).toBe('7')
  for (const id of [null, '', '  ', 'a\u0000b', 'x'.repeat(201), {}, true])
    expect(keyOfRow({ id }, 'id')).toBeNull()
})

it('a condition compares values whatever their type is', () => {
  expect(holds(user({ role: 2 }), { column: 'role', values: ['2'] })).toBe(true)
  expect(holds(user({ at: '2025-01-01' }), { column: 'at' })).toBe(true)
  expect(holds(user({ at: null }), { column: 'at' })).toBe(false)
})

it('a picture is read from bytes and base64, and one without its end is noticed', () => {
  const image = jpeg
  expect(readPicture(image.toString('base64'))).toEqual(image)
  expect(readPicture(`data:image/jpeg;base64,${image.toString('base64')}`)).toEqual(image)
  expect([isCutOff(image), isCutOff(image.subarray(0, image.length - 100))]).toEqual([false, true])
  expect([readPicture(''), readPicture(Buffer.alloc(0)), readPicture(null)]).toEqual([null, null, null])
})
