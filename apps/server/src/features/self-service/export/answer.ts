import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import type { ExportFile } from '../account-data/model.ts'
import { archiveOf } from './archive.ts'
import { documentOf } from './document.ts'
import type { Export, Section } from './model.ts'
import { pageOf } from './page.ts'
import { sectionsOf } from './schema.ts'

/** Each export reads all data about an account, which no owner needs often. */
export const exportLimit = { name: 'export', quota: 30, windowSeconds: 3_600 }

export type ExportFormat = 'json' | 'zip'

export interface ExportAnswer {
  readonly format: ExportFormat
  readonly serviceName: string
  /** The session of the caller, which the list of sessions marks. */
  readonly sessionId: SessionId
}

/** Sends the export as a file. */
export function sendExport(
  reply: FastifyReply,
  exported: Export,
  { format, serviceName, sessionId }: ExportAnswer,
): FastifyReply {
  const sections = sectionsOf(exported, sessionId)
  return format === 'zip'
    ? attach(reply, 'export.zip', archiveOf(filesOf(exported, sections, serviceName), exported.at))
    : attach(reply, 'export.json', documentOf(sections))
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
