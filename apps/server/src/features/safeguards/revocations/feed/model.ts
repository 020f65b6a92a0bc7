import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { NumberedRevocation } from '../model.ts'

/**
 * How long a revocation of another server waits at most before this server looks for it. A service must know of it within
 * a second, over two servers.
 */
export const pollIntervalMs = 250

/**
 * A client that has heard nothing for several of these must assume that revocations do not reach it. A heartbeat is sent
 * only after the database has answered, so it says that the client knows all.
 */
export const heartbeatIntervalMs = 5_000

/** A stream ends after this time, so that its caller is authenticated again (I6). The client continues with the next. */
export const streamMaxMs = 60_000

/** How long a client may take for what is still waiting for it when its stream ends. */
export const streamGraceMs = 10_000

/** Each stream holds a connection and a little memory. */
export const streamsMax = 4_000

/** What the feed says. `completeTo` is the last batch that a client has completely once it has got the event. */
export interface FeedEvent {
  /** `ready`: everything from before the stream began has been sent. */
  readonly kind: 'revocations' | 'ready' | 'heartbeat'
  readonly completeTo: number
  readonly revocations: readonly NumberedRevocation[]
}

/** Where a client stopped: the last batch that it has completely; null if it has none. */
export function readLastBatch(lastEventId: string | undefined): number | null {
  return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : null
}

/** Whose credential opened the stream. */
export interface FeedReader {
  readonly accountId: AccountId
}

/** True if the reader may have lost the credential or the permission with which the stream was opened (I6). */
export function mayConcern(
  { accountId, kind }: Pick<NumberedRevocation, 'accountId' | 'kind'>,
  reader: FeedReader,
): boolean {
  return accountId === reader.accountId || kind === 'role' || kind === 'key'
}
