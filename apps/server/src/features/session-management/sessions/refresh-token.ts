import { createHmac, timingSafeEqual } from 'node:crypto'
import { isId, type SessionId, uuidOf } from '../../../platform/kernel/ids.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import { type RefreshFamily, rejection } from './model.ts'

/** A parsed refresh token: its session, its number there, and a MAC with the key of the session that proves both. */
export interface RefreshToken {
  readonly sessionId: SessionId
  readonly generation: number
  readonly mac: Buffer
}

/** With the prefix, a scanner for leaked secrets can recognize a refresh token. */
const prefix = 'pxr_'
const idBytes = 16
const generationBytes = 4
const macBytes = 32
const textLength = prefix.length + Math.ceil(((idBytes + generationBytes + macBytes) * 4) / 3)

/**
 * The token of one generation. It has 256 bits and is always the same, so that a client that asks again within the
 * grace window gets the same answer. The token itself is not stored, only the key of the session, which is sealed.
 */
export function refreshTokenOf(key: string, sessionId: SessionId, generation: number): string {
  const bytes = Buffer.concat([numbersOf(sessionId, generation), macOf(key, sessionId, generation)])
  return prefix + bytes.toString('base64url')
}

/** Null unless the text has exactly the form that the server writes. */
export function parseRefreshToken(text: string): RefreshToken | null {
  if (text.length !== textLength || !text.startsWith(prefix)) return null
  const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
  if (prefix + bytes.toString('base64url') !== text) return null
  const sessionId = uuidOf(bytes.subarray(0, idBytes))
  if (!isId<SessionId>(sessionId)) return null
  return {
    sessionId,
    generation: bytes.readUInt32BE(idBytes),
    mac: bytes.subarray(idBytes + generationBytes),
  }
}

/** @throws `invalid_token` unless the text has the form of a refresh token */
export function presentedToken(text: string): RefreshToken {
  const token = parseRefreshToken(text)
  if (token === null) throw rejection('not a refresh token')
  return token
}

export function isGenuine({ sessionId, generation, mac }: RefreshToken, key: string): boolean {
  return timingSafeEqual(mac, macOf(key, sessionId, generation))
}

function macOf(key: string, sessionId: SessionId, generation: number): Buffer {
  return createHmac('sha256', key).update(numbersOf(sessionId, generation)).digest()
}

function numbersOf(sessionId: SessionId, generation: number): Buffer {
  const numbers = Buffer.alloc(idBytes + generationBytes)
  numbers.write(sessionId.replaceAll('-', ''), 'hex')
  numbers.writeUInt32BE(generation, idBytes)
  return numbers
}

/** Many more than a client needs within the grace window. The limit bounds what is stored. */
const replacedMax = 12

/**
 * Judges a refresh token by its number. `repeated`: its answer was lost, or another tab has refreshed at the same time.
 * `reused`: it was replaced too long ago for either (RFC 9700 §4.14.2).
 */
export function judgeRefresh(
  { generation, replacedAt }: RefreshFamily,
  presented: number,
  { now, graceSeconds }: { now: Date; graceSeconds: number },
): 'current' | 'repeated' | 'reused' | 'unknown' {
  if (presented > generation) return 'unknown'
  if (presented === generation) return 'current'
  const replaced = replacedAt[generation - 1 - presented]
  if (replaced === undefined) return 'reused'
  return isRecent(new Date(replaced), now, graceSeconds * 1_000) ? 'repeated' : 'reused'
}

/** The times of replacement after one more replacement. */
export function afterReplacement(
  { replacedAt }: Pick<RefreshFamily, 'replacedAt'>,
  { now, graceSeconds }: { now: Date; graceSeconds: number },
): number[] {
  // Ends at the first one that is outside the window: the place of a time says which token it belongs to.
  const end = replacedAt.findIndex((at) => !isRecent(new Date(at), now, graceSeconds * 1_000))
  const kept = end === -1 ? replacedAt : replacedAt.slice(0, end)
  return [now.getTime(), ...kept].slice(0, replacedMax)
}
