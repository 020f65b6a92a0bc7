import Type, { type Static } from 'typebox'
import { Time, Uuid } from '../../platform/http/fields.ts'
import type { MessageSummary } from './model.ts'

export const MessageView = Type.Object(
  {
    id: Uuid('The id of the message'),
    channel: Type.Enum(['mail', 'sms'], { description: 'How the message is sent' }),
    template: Type.String({ description: 'The kind of message' }),
    state: Type.Enum(['waiting', 'sent', 'given_up'], {
      description: 'Whether the message waits, was sent, or was given up',
    }),
    created_at: Time('When the message was written'),
  },
  { title: 'Message', description: 'A message to the owner of the account, without its text' },
)
export type MessageView = Static<typeof MessageView>

export function messageView({ id, channel, template, state, createdAt }: MessageSummary): MessageView {
  return { id, channel, template, state, created_at: createdAt.toISOString() }
}
