import type { Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Channel, MessageState, MessageSummary } from '../model.ts'

/** A message as administrators see it: without its recipient and its text. */
export interface ManagedMessage extends MessageSummary {
  /** The account of the recipient; null if there is none. */
  readonly accountId: AccountId | null
  /** Null if nothing more is tried. */
  readonly nextAttemptAt: Date | null
  /** True if it was given up and can still be sent. */
  readonly canRetry: boolean
}

/** Which messages to list. A field that is null does not matter. */
export interface MessageFilter {
  readonly state: MessageState | null
  readonly channel: Channel | null
  readonly accountId: AccountId | null
}

export const messageNotRetryable: Problem = {
  code: 'message_not_retryable',
  kind: 'conflict',
  title: 'Message cannot be sent again',
  advice:
    'Only a message that was given up can be sent again, for two days after it was written. One that was withheld has ' +
    'no recipient. Let the person ask for a new one.',
  cause: 'The message waits, was delivered, was withheld, or is older than two days.',
}
