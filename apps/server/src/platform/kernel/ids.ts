import { randomUUIDv7 } from 'node:crypto'

declare const brand: unique symbol
export type Id<Noun extends string> = string & { readonly [brand]: Noun }

export type AccountId = Id<'account'>
export type SessionId = Id<'session'>
export type ApiKeyId = Id<'api key'>
export type AuditEventId = Id<'audit event'>
export type ChallengeId = Id<'challenge'>
export type TrustedDeviceId = Id<'trusted_device'>
export type ClientId = Id<'client'>
export type ClientSecretId = Id<'client secret'>
export type CodeId = Id<'code'>
export type ContactChangeId = Id<'contact change'>
export type FactorId = Id<'factor'>
export type LinkedAccountId = Id<'linked account'>
export type MessageId = Id<'message'>
export type PictureId = Id<'picture'>
export type ServerId = Id<'server'>
export type RevocationId = Id<'revocation'>
export type UserJobId = Id<'user job'>
export type WebhookId = Id<'webhook'>

/** A clock that is set back by more than this is followed. Otherwise ids would stay in the future until a restart. */
const setBackMaxMs = 1_000
const counterMax = 0xfff
/** The counter of a new millisecond starts in the lower half, so that there is room to count. */
const counterStartMask = 0x7ff

/** Counts within a millisecond, so that ids sort in the order in which they were made. */
class Sequence {
  #latestMs = 0
  #counter = 0

  next(random: string, nowMs: number): string {
    if (nowMs > this.#latestMs || nowMs < this.#latestMs - setBackMaxMs) {
      this.#latestMs = nowMs
      this.#counter = Number.parseInt(random.slice(15, 18), 16) & counterStartMask
    } else if (this.#counter < counterMax) this.#counter += 1
    else {
      this.#latestMs += 1
      this.#counter = 0
    }
    const time = this.#latestMs.toString(16).padStart(12, '0')
    const order = this.#counter.toString(16).padStart(3, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${random.slice(19)}`
  }
}

const sequence = new Sequence()
const datedSequence = new Sequence()

/**
 * UUIDv7 (RFC 9562 §5.7). It sorts by the time at which it was made and reveals that time, so it is never a secret. Ids of
 * one process sort in the order in which they were made, also within a millisecond (§6.2, method 1): otherwise the events
 * of one transaction would have no order.
 */
export function newId<T extends Id<string>>(): T {
  const random = randomUUIDv7()
  return sequence.next(random, timeOf(random as T)) as T
}

/**
 * An id that begins with the given time, for rows that are listed by a time of their own: sorted by id, they are sorted
 * by that time, and one index serves both.
 */
export function newIdAt<T extends Id<string>>(at: Date): T {
  return datedSequence.next(randomUUIDv7(), at.getTime()) as T
}

/** The time at which the id was made, in milliseconds since 1970: its first 48 bits (RFC 9562 §5.7). */
export function timeOf(id: Id<string>): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16)
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The text form of 16 bytes (RFC 9562 §4). */
export function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export function isId<T extends Id<string>>(value: string): value is T {
  return uuid.test(value)
}

/** Sorts before every id, so a page after this id begins at the first row. */
export const lowestId = '00000000-0000-0000-0000-000000000000' as Id<never>
/** Sorts after every id. */
export const highestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff' as Id<never>

/** The id of no account. It is looked up in place of an account that does not exist, so that both cost the same. */
export const noAccountId: AccountId = lowestId
