import Type, { type Static } from 'typebox'
import { Time, Uuid } from '../../platform/http/fields.ts'
import type { MessageSummary } from './model.ts'

export const MessageView = Type.Object({
  id: Uuid,
  channel: Type.Enum(['mail', 'sms']),
  template: Type.String({ description: 'The kind of message' }),
  state: Type.Enum(['waiting', 'sent', 'given_up']),
  created_at: Time,
})
export type MessageView = Static<typeof MessageView>

export function messageView({ id, channel, template, state, createdAt }: MessageSummary): MessageView {
  return { id, channel, template, state, created_at: createdAt.toISOString() }
}
