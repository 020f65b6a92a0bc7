import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { csvLine } from '../../../platform/kernel/csv.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import { columns, eventView } from './schema.ts'

export type LogFormat = 'csv' | 'json'

const mediaTypes = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const

/** Sends the log as a file, as fast as the client takes it. */
export function sendLog(
  reply: FastifyReply,
  pages: AsyncIterable<readonly RecordedEvent[]>,
  format: LogFormat,
): FastifyReply {
  const bytes = format === 'csv' ? csvOf(pages) : jsonOf(pages)
  return reply
    .type(mediaTypes[format])
    .header('content-disposition', `attachment; filename="security-log.${format}"`)
    .send(Readable.from(bytes, { objectMode: false }))
}

async function* csvOf(pages: AsyncIterable<readonly RecordedEvent[]>): AsyncGenerator<Buffer> {
  yield csvLine(columns)
  for await (const events of pages)
    yield Buffer.concat(
      events.map(eventView).map((view) => csvLine(columns.map((name) => String(view[name] ?? '')))),
    )
}

async function* jsonOf(pages: AsyncIterable<readonly RecordedEvent[]>): AsyncGenerator<Buffer> {
  let separator = '['
  for await (const events of pages)
    for (const event of events) {
      yield Buffer.from(`${separator}\n${JSON.stringify(eventView(event))}`)
      separator = ','
    }
  yield Buffer.from(separator === '[' ? '[]\n' : '\n]\n')
}
