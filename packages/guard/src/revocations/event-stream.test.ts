import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventStreamReader, type StreamEvent } from './event-stream.ts'

const text = [
  ': a comment',
  'id: 7',
  'event: revocation',
  'data: {"role":"Büro ☕"}',
  '',
  'id: 8',
  'event: ready',
  'data: {}',
  '',
  'data: two',
  'data:lines',
  'unknown: field',
  'retry: 100',
  '',
  'event: nothing',
  '',
  'data',
  '',
  '',
].join('\n')

const events: readonly StreamEvent[] = [
  { type: 'revocation', id: '7', data: '{"role":"Büro ☕"}' },
  { type: 'ready', id: '8', data: '{}' },
  { type: 'message', id: '8', data: 'two\nlines' },
  { type: 'message', id: '8', data: '' },
]

/** The bytes in pieces that begin at the given places. */
function split(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const starts = [...new Set([0, ...places.map((place) => place % (bytes.length + 1))])].sort((a, b) => a - b)
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1]))
}

function read(chunks: readonly Uint8Array[]): StreamEvent[] {
  const reader = new EventStreamReader()
  return chunks.flatMap((chunk) => reader.read(chunk))
}

describe('a stream of events', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('is the same however it is split, with lines that end with %s', (_name, end) => {
    // One more line: that the last line has ended after a CR is clear when the next byte comes.
    const bytes = new TextEncoder().encode(`${text.replaceAll('\n', end)}: end`)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (places) => {
        expect(read(split(bytes, places))).toEqual(events)
      }),
    )
    expect(read(split(bytes, [...bytes.keys()]))).toEqual(events)
  })

  it('may begin with a byte order mark', () => {
    const bytes = new TextEncoder().encode(`\uFEFF${text}`)
    expect(read([bytes])).toEqual(events)
    expect(read(split(bytes, [1, 2]))).toEqual(events)
  })

  it('gives an event as soon as it is complete', () => {
    const reader = new EventStreamReader()
    const encoder = new TextEncoder()
    expect(reader.read(encoder.encode('id: 1\ndata: x\n'))).toEqual([])
    expect(reader.read(encoder.encode('\n'))).toEqual([{ type: 'message', id: '1', data: 'x' }])
  })

  it('has no id before the first, and ignores an id with a NUL', () => {
    const encoded = (lines: string) => new TextEncoder().encode(lines)
    expect(read([encoded('data: x\n\n')])).toEqual([{ type: 'message', id: null, data: 'x' }])
    expect(read([encoded('id: 1\nid: 2\0\ndata: x\n\n')])).toEqual([{ type: 'message', id: '1', data: 'x' }])
  })

  it('refuses a line that does not end', () => {
    const reader = new EventStreamReader()
    const chunk = new Uint8Array(50_000).fill(120)
    reader.read(chunk)
    reader.read(chunk)
    expect(() => reader.read(chunk)).toThrow(RangeError)
  })
})
