import Type from 'typebox'
import { SessionsView, sessionView } from '../../../session-management/sessions/schema.ts'
import { UserParams } from '../schema.ts'

/** The same as their owner sees. */
export const UserSessionsView = SessionsView
export const userSessionView = sessionView

export const UserSessionParams = Type.Object({
  ...UserParams.properties,
  session: Type.String({
    maxLength: 100,
    description: 'The id of the session',
    examples: ['01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'],
  }),
})
