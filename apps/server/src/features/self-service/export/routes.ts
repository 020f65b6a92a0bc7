import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { stepUpRequired } from '../../../platform/kernel/problems.ts'
import type { ExportFile } from '../account-data/model.ts'
import { archiveOf } from './archive.ts'
import { documentOf } from './document.ts'
import type { Export, Section } from './model.ts'
import { pageOf } from './page.ts'
import { ExportQuery, ExportView, exampleExport, sectionsOf } from './schema.ts'
import type { ExportService } from './service.ts'

/** Each call reads all data about an account, which no owner needs often. */
const exportLimit = { name: 'export', quota: 30, windowSeconds: 3_600 }

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
      const sections = sectionsOf(exported, user.sessionId)
      return (request.query.format ?? preferred(request)) === 'zip'
        ? attach(reply, 'export.zip', archiveOf(filesOf(exported, sections, serviceName), exported.at))
        : attach(reply, 'export.json', documentOf(sections))
    },
  )
}

function preferred({ headers }: FastifyRequest): 'json' | 'zip' {
  return headers.accept?.includes('application/zip') === true ? 'zip' : 'json'
}

// Reads the data only as fast as the client takes it. If reading fails, the server aborts the connection, so that the
// client does not mistake a part for the whole.
function attach(reply: FastifyReply, name: 'export.zip' | 'export.json', bytes: AsyncIterable<Uint8Array>) {
  return reply
    .type(name === 'export.zip' ? 'application/zip' : 'application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('vary', 'accept')
    .send(Readable.from(bytes, { objectMode: false }))
}

function filesOf(
  { files }: Export,
  sections: readonly Section[],
  serviceName: string,
): readonly ExportFile[] {
  const names = ['export.json', ...files.map(({ name }) => name)]
  const title = `Your data at ${serviceName}`
  return [
    { name: 'export.json', read: () => documentOf(sections) },
    { name: 'index.html', read: () => pageOf(sections, { title, files: names }) },
    ...files,
  ]
}
