import { hash, type KeyObject } from 'node:crypto'
import { type AuditEventId, uuidOf } from '../../../platform/kernel/ids.ts'
import type { Block, Head, SealedDigest, Signed } from './model.ts'
import { isSigned, type SigningKey, type Statement, signStatement } from './statements.ts'

const version = 'proxima-audit-block-1'
const idBytes = 16
const digestBytes = 32

/** The most events of a block, so that it is small to read. */
export const blockEventsMax = 500

/** A new block after the head. */
export function makeBlock(
  head: Head,
  events: readonly SealedDigest[],
  { at, key }: { readonly at: Date; readonly key: SigningKey },
): Block {
  const unsigned = {
    number: head.number + 1,
    previousHash: head.hash,
    sealedAt: at,
    events: events.length,
    digests: joinDigests(events),
  }
  const hash = hashOf(unsigned)
  return { ...unsigned, hash, ...signStatement(blockStatement({ ...unsigned, hash }), key) }
}

export function hashOf({
  number,
  previousHash,
  sealedAt,
  events,
  digests,
}: Omit<Block, 'hash' | keyof Signed>): string {
  const head = JSON.stringify([version, number, previousHash, sealedAt.getTime(), events])
  return hash('sha256', Buffer.concat([Buffer.from(`${head}\n`), digests]), 'base64url')
}

function blockStatement({ number, hash }: Head): Statement {
  return [version, number, hash]
}

export function isSignedBlock(block: Block, key: KeyObject): boolean {
  return isSigned(blockStatement(block), block, key)
}

function joinDigests(events: readonly SealedDigest[]): Buffer {
  return Buffer.concat(
    events.flatMap(({ id, digest }) => [Buffer.from(id.replaceAll('-', ''), 'hex'), digest]),
  )
}

/** Ignores bytes at the end that are too few for an event; then their number differs from `events`. */
export function splitDigests(digests: Buffer): SealedDigest[] {
  const each = idBytes + digestBytes
  return Array.from({ length: Math.floor(digests.length / each) }, (_, index) => ({
    id: uuidOf(digests.subarray(index * each, index * each + idBytes)) as AuditEventId,
    digest: digests.subarray(index * each + idBytes, (index + 1) * each),
  }))
}
