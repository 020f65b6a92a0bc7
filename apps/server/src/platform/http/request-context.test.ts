import fc from 'fast-check'
import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { contextOf } from './request-context.ts'

/** What the server reads if the client sends these bytes. */
function userAgentOf(bytes: Buffer): string | null {
  const headers = { 'user-agent': bytes.toString('latin1') }
  return contextOf({ clientAddress: '192.0.2.1', headers, id: 'x' } as unknown as FastifyRequest).userAgent
}

describe('the user agent of a request', () => {
  it('is read as UTF-8 if it is that, and else as Latin-1', () => {
    expect(userAgentOf(Buffer.from('Prüfung/1 (日本語 🐘)'))).toBe('Prüfung/1 (日本語 🐘)')
    expect(userAgentOf(Buffer.from('Prüfung/1', 'latin1'))).toBe('Prüfung/1')
  })

  it('A19: has no character that reorders or hides the text around it', () => {
    expect(userAgentOf(Buffer.from('a\u202eb\u200bc\u2028d\u0085e'))).toBe('abcde')
  })

  it('is short and well-formed, whatever was sent', () => {
    expect(userAgentOf(Buffer.from(`a${'🐘'.repeat(150)}`))).toBe(`a${'🐘'.repeat(99)}`)
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary', maxLength: 500 }).map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(any, (bytes) => {
        const text = userAgentOf(bytes)
        return text !== null && text.length <= 200 && text.isWellFormed() && !/\p{C}/u.test(text)
      }),
    )
  })
})
