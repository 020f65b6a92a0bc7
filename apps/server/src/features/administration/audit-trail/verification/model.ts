import type { AuditEventId } from '../../../../platform/kernel/ids.ts'

/** What can be wrong with a trail. Stable, because scripts rely on them. */
export type FindingKind =
  /** A value of the event is another one than was sealed. Two events that were swapped are two such findings. */
  | 'event_changed'
  /** The event was not there when its block was sealed, or it was moved there from another block. */
  | 'event_added'
  | 'event_removed'
  | 'block_changed'
  | 'blocks_missing'
  /** Made by no key of a server. */
  | 'signature_invalid'
  /** The end was cut off, or an older backup was restored. */
  | 'tail_missing'
  /** A checkpoint knows another history: the chain was made again. */
  | 'history_replaced'
  | 'head_invalid'
  | 'cut_invalid'
  | 'checkpoint_invalid'
  /** A person was removed from the event, and no erasure says so. */
  | 'erasure_unexplained'

export interface Finding {
  readonly kind: FindingKind
  /** Null if it concerns no block. */
  readonly block: number | null
  /** Null if it concerns no single event. */
  readonly event: AuditEventId | null
  /** One sentence for an operator. */
  readonly detail: string
}

/** A public key, and the id under which signatures name it. */
export interface NamedJwk {
  readonly kid: string
  readonly jwk: Readonly<Record<string, unknown>>
}

/** A line that should be a checkpoint. */
export interface GivenCheckpoint {
  readonly token: string
  /** Such as "checkpoints.txt, line 7". */
  readonly place: string
}

export interface Evidence {
  readonly keys: readonly NamedJwk[]
  /** Beside those that the database has. */
  readonly checkpoints: AsyncIterable<GivenCheckpoint>
}

/** What was verified. */
export interface Verified {
  readonly blocks: number
  readonly events: number
  /** Recorded, and not yet in a block. */
  readonly unsealed: number
  /** The first block that is still stored, and the last one; 0 if there is none. */
  readonly firstBlock: number
  readonly lastBlock: number
  readonly checkpoints: number
}

/** The end of a trail, and what of it was verified. */
export interface Tail {
  readonly blocks: number
  readonly findings: readonly Finding[]
  /** Null if every event is in a block. */
  readonly unsealedSince: Date | null
  /** When the first block was sealed that no stored checkpoint covers; null if there is none. */
  readonly uncoveredSince: Date | null
}
