import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'

// RFC 9110 §8.8.3: any visible character but a double quote, including commas and characters beyond ASCII.
const tag = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`
// §5.6.1.2: the reader of a list skips empty members.
const listOfTags = new RegExp(`^[ \\t,]*${tag}(?:[ \\t]*,[ \\t,]*${tag})*[ \\t,]*$`)
const eachTag = new RegExp(tag, 'g')

/** A strong `ETag` (RFC 9110 §8.8.3) of a version. A version is an id, so nothing in it needs escaping. */
export function entityTag(version: string): string {
  return `"${version}"`
}

/**
 * The versions that the caller wants to replace, from `If-Match` (RFC 9110 §13.1.1). Null if any version may be replaced:
 * without the header, and for `*`, because the resource always exists. A weak tag never matches (§8.8.3.2).
 */
export function ifMatch({ headers }: FastifyRequest): readonly string[] | null {
  const condition = headers['if-match']
  if (condition === undefined || condition.trim() === '*') return null
  if (!listOfTags.test(condition))
    throw new Failure(malformedRequest, {
      detail: 'Set If-Match to the ETag that you read, with its double quotes, or to *.',
    })
  const strong = (condition.match(eachTag) ?? []).filter((each) => each.startsWith('"'))
  return strong.map((each) => each.slice(1, -1))
}

/**
 * True if the caller already has this version, by `If-None-Match` (RFC 9110 §13.1.2). There a weak tag equals a strong
 * one. A malformed header is ignored.
 */
export function isKnown({ headers }: FastifyRequest, version: string): boolean {
  const condition = headers['if-none-match']
  if (condition === undefined) return false
  if (condition.trim() === '*') return true
  if (!listOfTags.test(condition)) return false
  return (condition.match(eachTag) ?? []).some((each) => each.replace(/^W\//, '') === entityTag(version))
}
