import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { limitOf, listPage } from '../../../platform/http/paging.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { MessageId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { messageNotRetryable } from './model.ts'
import {
  ManagedMessageView,
  MessageParams,
  MessagesQuery,
  MessagesView,
  managedMessageView,
  messageFilterOf,
} from './schema.ts'
import type { MessageManagement } from './service.ts'

export interface MessageManagementRoutesOptions {
  readonly messageManagement: Pick<MessageManagement, 'list' | 'retry'>
  readonly cursors: Cursors
}

const tags = ['Administration']

/** Each costs a message, so it is limited like other calls that send one. */
const limit = { name: 'message-retry', quota: 300, windowSeconds: 3_600 }

export function messageManagementRoutes(app: App, options: MessageManagementRoutesOptions): void {
  const { cursors, messageManagement } = options
  app.get(
    '/v1/messages',
    {
      config: { access: { permission: 'messages:read' } },
      schema: {
        operationId: 'listMessages',
        summary: 'List mails and text messages, newest first',
        description:
          'Shows what became of the messages of the last seven days, never a recipient or a text. To get the next page, pass `next_cursor` as `cursor`, with the same filters.',
        tags,
        querystring: MessagesQuery,
        response: { 200: MessagesView },
      },
    },
    async (request) => {
      const context = { list: 'messages', owner: currentCaller(request).accountId }
      const { cursor } = request.query
      const before = cursor === undefined ? null : (cursors.read(cursor, context) as MessageId)
      const pageLimit = limitOf(request.query)
      const page = { before, limit: pageLimit + 1 }
      const found = await messageManagement.list(messageFilterOf(request.query), page)
      return listPage(found, {
        limit: pageLimit,
        view: managedMessageView,
        cursorAfter: (last) => cursors.write(last.id, context),
      })
    },
  )
  app.post(
    '/v1/messages/:id/retry',
    {
      config: {
        access: { permission: 'messages:write' },
        limit,
        problems: [notFound, messageNotRetryable],
      },
      schema: {
        operationId: 'retryMessage',
        summary: 'Send a message again that was given up',
        description: 'The server tries it again from now on, as if it were new.',
        tags,
        params: MessageParams,
        response: { 202: ManagedMessageView },
      },
    },
    async (request, reply) => {
      const id = pathId<MessageId>(request.params.id)
      const message = await messageManagement.retry(id, contextOf(request))
      return reply.code(202).send(managedMessageView(message))
    },
  )
}
