import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { stepUpRequired } from '../../../platform/kernel/problems.ts'
import { type ExportFormat, exportLimit, sendExport } from './answer.ts'
import { ExportQuery, ExportView, exampleExport } from './schema.ts'
import type { ExportService } from './service.ts'

export interface ExportRoutesOptions {
  /** Plural as in `Services`, because `export` is a reserved word. */
  readonly exports: ExportService
  readonly serviceName: string
}

export function exportRoutes(app: App, { exports, serviceName }: ExportRoutesOptions): void {
  app.get(
    '/v1/me/export',
    {
      config: { access: 'user', limit: exportLimit, problems: [stepUpRequired] },
      schema: {
        operationId: 'exportMe',
        summary: 'Export all data about the caller',
        description: 'Needs a recent sign-in. The archive also contains the pictures, and a page for people.',
        tags: ['Me'],
        querystring: ExportQuery,
        response: {
          200: {
            description:
              'The document as JSON, or a zip archive with the document, an HTML page and the pictures',
            content: {
              'application/json': { schema: ExportView, example: exampleExport },
              'application/zip': { schema: Type.String({ format: 'binary' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const user = currentUser(request)
      const exported = await exports.create(user, contextOf(request))
      const format = request.query.format ?? preferred(request)
      return sendExport(reply, exported, { format, serviceName, sessionId: user.sessionId })
    },
  )
}

function preferred({ headers }: FastifyRequest): ExportFormat {
  return headers.accept?.includes('application/zip') === true ? 'zip' : 'json'
}
