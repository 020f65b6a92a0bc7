import type { AuditEventId } from '../../../platform/kernel/ids.ts'
import type { EventFilter } from '../../safeguards/audit/model.ts'
import type { ExternalId } from '../../users/external-ids/model.ts'

export interface Signed {
  readonly kid: string
  /** ES256, base64url. */
  readonly signature: string
}

/**
 * A link of the chain. It seals events that were committed: later, no event can be changed, added or removed without a
 * trace, because the hash of each block covers the digests of its events and the hash of the block before it. The
 * signature covers the hash, so that only a server can make a block.
 */
export interface Block extends Signed {
  /** From 1, without a gap. */
  readonly number: number
  /** Of the block before it; empty for the first. */
  readonly previousHash: string
  /** SHA-256, 43 base64url characters. */
  readonly hash: string
  readonly sealedAt: Date
  readonly events: number
  /** For each event, in order: its id (16 bytes) and its digest (32 bytes). */
  readonly digests: Buffer
}

/** What a block says of an event. */
export interface SealedDigest {
  readonly id: AuditEventId
  /** 32 bytes. */
  readonly digest: Buffer
}

/** The last block of a chain: the next one continues there. */
export type Head = Pick<Block, 'number' | 'hash'>

export const noBlocks: Head = { number: 0, hash: '' }

/** Which events are listed. The external id is that of the account that they are about; null for all. */
export interface TrailFilter extends EventFilter {
  readonly externalId: ExternalId | null
}
