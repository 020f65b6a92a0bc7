import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import { PageQuery } from '../../../platform/http/paging.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { ManagedMessage, MessageFilter } from './model.ts'

export const MessagesQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(
      Type.Enum(['waiting', 'sent', 'given_up'], { description: 'Only messages in this state' }),
    ),
    channel: Type.Optional(
      Type.Enum(['mail', 'sms'], { description: 'Only messages that are sent like this' }),
    ),
    user_id: Type.Optional(Uuid('Only messages to the owner of this account')),
  },
  { additionalProperties: false },
)
export type MessagesQuery = Static<typeof MessagesQuery>

export const MessageParams = Type.Object({
  id: Type.String({ description: 'The id of the message' }),
})

const example = {
  id: exampleId,
  user_id: exampleId,
  channel: 'mail' as const,
  template: 'password_changed',
  state: 'given_up' as const,
  attempts: 18,
  error: 'ETIMEDOUT',
  next_attempt_at: null,
  can_retry: true,
  created_at: exampleTime,
}

export const ManagedMessageView = Type.Object(
  {
    id: Uuid('The id of the message'),
    user_id: Nullable(Uuid('The account of the recipient'), {
      description: 'The account of the recipient; null if no account has the address',
    }),
    channel: Type.Enum(['mail', 'sms'], { description: 'How the message is sent' }),
    template: Type.String({ description: 'The kind of message' }),
    state: Type.Enum(['waiting', 'sent', 'given_up'], {
      description: 'Whether the message waits, was sent, or was given up',
    }),
    attempts: Type.Integer({ description: 'How often it was tried' }),
    error: Text(
      'Why the last attempt failed, as a code; for a message that is never sent, `withheld` and the reason',
    ),
    next_attempt_at: Nullable(Time('When it is tried next'), {
      description: 'When it is tried next; null if nothing more is tried',
    }),
    can_retry: Type.Boolean({ description: 'True if it was given up and can still be sent' }),
    created_at: Time('When the message was written'),
  },
  {
    title: 'ManagedMessage',
    description: 'A message as administrators see it: without its recipient and its text',
    examples: [example],
  },
)
export type ManagedMessageView = Static<typeof ManagedMessageView>

export const MessagesView = Page(ManagedMessageView, {
  title: 'ManagedMessagePage',
  description: 'A page of messages, newest first',
  examples: [{ data: [example], next_cursor: null }],
})

export function messageFilterOf({ channel, state, user_id }: MessagesQuery): MessageFilter {
  return {
    channel: channel ?? null,
    state: state ?? null,
    accountId: user_id === undefined ? null : (user_id.toLowerCase() as AccountId),
  }
}

export function managedMessageView(message: ManagedMessage): ManagedMessageView {
  return {
    id: message.id,
    user_id: message.accountId,
    channel: message.channel,
    template: message.template,
    state: message.state,
    attempts: message.attempts,
    error: message.error,
    next_attempt_at: message.nextAttemptAt?.toISOString() ?? null,
    can_retry: message.canRetry,
    created_at: message.createdAt.toISOString(),
  }
}
