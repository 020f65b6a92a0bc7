import { hashOf, isSignedBlock, splitDigests } from '../block.ts'
import type { Block, Head, SealedDigest } from '../model.ts'
import type { ReadEvent } from './event-checks.ts'
import { finding } from './findings.ts'
import type { Finding } from './model.ts'
import type { Peekable } from './pages.ts'
import type { TrustedKeys } from './trusted-keys.ts'

/** Compares a block with the block before it. */
export function* checkBlock(block: Block, before: Head, keys: TrustedKeys): Generator<Finding> {
  const { number } = block
  const expected = before.number + 1
  if (number !== expected)
    yield finding(
      'blocks_missing',
      { block: expected },
      number - 1 === expected
        ? `Block ${expected} is missing.`
        : `Blocks ${expected} to ${number - 1} are missing.`,
    )
  else if (block.previousHash !== before.hash)
    yield finding(
      'block_changed',
      { block: number },
      `Block ${number} does not follow block ${before.number}.`,
    )
  if (hashOf(block) !== block.hash || splitDigests(block.digests).length !== block.events)
    yield finding('block_changed', { block: number }, `Block ${number} is not as it was sealed.`)
  const key = keys.get(block.kid)
  if (key === undefined || !isSignedBlock(block, key)) {
    const reason = key === undefined ? `The key ${block.kid} is not trusted.` : 'The signature does not fit.'
    yield finding('signature_invalid', { block: number }, `No server has made block ${number}. ${reason}`)
  }
}

/** Compares the events that are stored with those that the block has sealed. Takes them, and those before the block. */
export async function* checkEvents(block: Block, events: Peekable<ReadEvent>): AsyncGenerator<Finding> {
  const sealed = splitDigests(block.digests)
  let at = 0
  for (
    let event = await nextUpTo(events, block.number);
    event !== null;
    event = await nextUpTo(events, block.number)
  ) {
    const { row } = event
    if (row.block < block.number) {
      yield added(event)
      continue
    }
    for (; isBefore(sealed[at], row.id); at++) yield* removed(block, sealed[at])
    const own = sealed[at]
    if (own?.id !== row.id) yield added(event)
    else {
      at += 1
      yield* compare(event, own)
    }
  }
  for (; at < sealed.length; at++) yield* removed(block, sealed[at])
}

export function added({ row: { id, block } }: ReadEvent): Finding {
  return finding(
    'event_added',
    { block, event: id },
    `Event ${id} was not in block ${block} when it was sealed.`,
  )
}

function* removed({ number }: Block, sealed: SealedDigest | undefined): Generator<Finding> {
  if (sealed === undefined) return
  const { id } = sealed
  yield finding('event_removed', { block: number, event: id }, `Event ${id} of block ${number} is missing.`)
}

function* compare({ row, digest, isExplained }: ReadEvent, sealed: SealedDigest): Generator<Finding> {
  const { id, block } = row
  if (digest === null || !digest.equals(sealed.digest))
    yield finding(
      'event_changed',
      { block, event: id },
      `Event ${id} in block ${block} is not as it was sealed.`,
    )
  else if (!isExplained)
    yield finding(
      'erasure_unexplained',
      { block, event: id },
      `Event ${id} in block ${block} no longer names a person, and no erasure explains it.`,
    )
}

/** The next event, if it belongs to this block or to an earlier one. */
async function nextUpTo(events: Peekable<ReadEvent>, block: number): Promise<ReadEvent | null> {
  const event = await events.peek()
  if (event === null || event.row.block > block) return null
  events.take()
  return event
}

function isBefore(sealed: SealedDigest | undefined, id: string): boolean {
  return sealed !== undefined && sealed.id < id
}
