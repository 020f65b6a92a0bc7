import type { Channel } from '../model.ts'

/** An address that a provider could not deliver to. */
export interface Bounce {
  readonly channel: Channel
  /** In the form in which addresses are compared. */
  readonly canonical: string
  readonly at: Date
}

/**
 * A mark is forgotten after that, so that one message is tried again: mailboxes are opened anew, and numbers are given to
 * other people.
 */
export const markedDays = 90
