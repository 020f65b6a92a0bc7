import type { IncomingMessage } from 'node:http'
import type { BusboyFileStream } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { invalidFields, malformedRequest, unsupportedMediaType } from '../kernel/problems.ts'
import { hasContent, readBody } from './read-body.ts'

/** How much longer a form may be than the image in it: its boundaries and the name of the file. */
export const formOverheadMaxBytes = 65_536

const field = 'image'

/**
 * Accepts an image instead of JSON, as the body or as the only part of a form (RFC 7578). The media type is not proof of
 * the format: browsers derive it from the name of the file, and attackers choose it (ASVS 5.2.2).
 */
export function acceptImagesOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  // The schema of such a body is documentation only: JSON Schema cannot describe an image.
  app.setValidatorCompiler(() => () => true)
  const wholeBody = async (request: FastifyRequest, payload: IncomingMessage) =>
    await readBody(request, payload)
  app.addContentTypeParser(/^image\//, wholeBody)
  // File stores use the second type for every file whose type they do not know.
  app.addContentTypeParser(['application/octet-stream', 'binary/octet-stream'], wholeBody)
  app.addContentTypeParser(
    'multipart/form-data',
    async (request: FastifyRequest, payload: IncomingMessage) =>
      await onlyFile(request, await readBody(request, payload)),
  )
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (await hasContent(request, payload)) throw unsupported()
  })
}

/** The image in the body of a request. @throws `malformed_request` if there is none */
export function imageOf({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body
  throw new Failure(malformedRequest, {
    detail: `Send an image as the body, or as the field "${field}" of multipart/form-data.`,
  })
}

function unsupported(): Failure {
  return new Failure(unsupportedMediaType, {
    detail: `Send the image as the body, with its media type such as image/jpeg, or as the field "${field}" of multipart/form-data.`,
  })
}

// The name of the uploaded file is never used (A121).
async function onlyFile({ headers }: FastifyRequest, body: Buffer): Promise<Buffer> {
  const files = await readForm(headers['content-type'] ?? '', body)
  if (files.some(({ name }) => name !== field))
    throw refused('unknown_field', `Send one field only, named "${field}".`)
  if (files.length > 1) throw refused('too_many', 'Send one image, not several.')
  const [file] = files
  if (file === undefined) throw refused('required', `Send the image as the field "${field}".`)
  return Buffer.concat(file.chunks)
}

function refused(code: string, detail: string): Failure {
  return invalidFields({ pointer: `/${field}`, code, detail })
}

interface FormFile {
  readonly name: string
  readonly chunks: readonly Buffer[]
}

async function readForm(contentType: string, body: Buffer): Promise<readonly FormFile[]> {
  try {
    return await parseForm(contentType, body)
  } catch (error) {
    throw new Failure(malformedRequest, {
      detail: 'The form cannot be read. Send multipart/form-data (RFC 7578).',
      cause: error,
    })
  }
}

async function parseForm(contentType: string, body: Buffer): Promise<readonly FormFile[]> {
  const { Busboy } = await import('@fastify/busboy')
  return await new Promise((resolve, reject) => {
    const files: FormFile[] = []
    const form = new Busboy({
      headers: { 'content-type': contentType },
      // Otherwise a part without a file name counts as text and is decoded.
      isPartAFile: () => true,
      limits: { files: 2, parts: 3, fields: 0, headerPairs: 20 },
    })
    form.on('file', (name: string, stream: BusboyFileStream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      // If a form ends within a part, the error is emitted here. Without a listener it would end the process.
      stream.on('error', reject)
      files.push({ name, chunks })
    })
    form.on('error', reject)
    form.once('finish', () => resolve(files))
    form.end(body)
  })
}
