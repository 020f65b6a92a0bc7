import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import type { App } from './app.ts'
import { hasContent, readBody } from './read-body.ts'

/** No form of an old API has more fields. */
const fieldsMax = 20
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Makes routes take the fields of a form, in either of its media types. A body of any other type counts as none, as
 * frameworks with form parameters treat it.
 */
export function acceptFormFields(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    async (request: FastifyRequest, payload: IncomingMessage) =>
      fieldsOf([...new URLSearchParams(decode(await readBody(request, payload)))]),
  )
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest, payload: IncomingMessage) =>
    fieldsOf(await readMultipart(request.headers['content-type'] ?? '', await readBody(request, payload))),
  )
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    await hasContent(request, payload)
  })
}

/** Each may occur once (A32). */
function fieldsOf(fields: readonly (readonly [string, string])[]): Record<string, string> {
  const byName = new Map(fields)
  if (byName.size !== fields.length || fields.length > fieldsMax) throw unreadable()
  return Object.fromEntries(byName)
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (error) {
    throw unreadable(error)
  }
}

async function readMultipart(contentType: string, body: Buffer): Promise<readonly [string, string][]> {
  try {
    return await parseMultipart(contentType, body)
  } catch (error) {
    throw unreadable(error)
  }
}

/** A file is refused: no form of an old API has one. */
async function parseMultipart(contentType: string, body: Buffer): Promise<readonly [string, string][]> {
  const { Busboy } = await import('@fastify/busboy')
  return await new Promise((resolve, reject) => {
    const fields: [string, string][] = []
    const form = new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (_name, type, fileName) => fileName !== undefined || type === 'application/octet-stream',
      limits: { fields: fieldsMax + 1, files: 0, headerPairs: 20, fieldSize: body.length + 1 },
    })
    form.on('field', (name, value) => fields.push([name, value]))
    form.on('filesLimit', () => reject(new Error('the form has a file')))
    form.on('error', reject)
    form.once('finish', () => resolve(fields))
    form.end(body)
  })
}

function unreadable(cause?: unknown): Failure {
  return new Failure(malformedRequest, {
    detail: 'The form cannot be read. Send each field once, as text in UTF-8.',
    cause,
  })
}
