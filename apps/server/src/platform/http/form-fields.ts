import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import type { App } from './app.ts'
import { fieldsOf, parseForm } from './form-body.ts'
import { hasContent, readBody } from './read-body.ts'

/** No form of an old API has more fields. */
const fieldsMax = 20

/**
 * Makes routes take the fields of a form, in either of its media types. A body of any other type counts as none, as
 * frameworks with form parameters treat it.
 */
export function acceptFormFields(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const body = await readBody(request, payload)
      return await readable(() => parseForm(body, fieldsMax))
    },
  )
  app.addContentTypeParser(
    'multipart/form-data',
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const body = await readBody(request, payload)
      const contentType = request.headers['content-type'] ?? ''
      return await readable(async () => fieldsOf(await parseMultipart(contentType, body), fieldsMax))
    },
  )
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    await hasContent(request, payload)
  })
}

async function readable<Result>(parse: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await parse()
  } catch (cause) {
    throw new Failure(malformedRequest, {
      detail: 'The form cannot be read. Send each field once, as text in UTF-8.',
      cause,
    })
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
