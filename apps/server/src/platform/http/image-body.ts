import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { invalidFields, malformedRequest, unsupportedMediaType } from '../kernel/problems.ts'

/** What a form is longer than the image in it, at the most: its boundaries and the name that a file had. */
export const formOverheadMaxBytes = 65_536

const field = 'image'

/**
 * Takes an image, in place of JSON, as the body or as the one part of a form (RFC 7578). What it really is the media type
 * does not tell: browsers go by the end of a file's name, and attackers say what they like (ASVS 5.2.2).
 */
export function acceptImagesOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  // The schemas of such bodies are for readers: what is in them no schema can tell.
  app.setValidatorCompiler(() => () => true)
  const whole = { parseAs: 'buffer' } as const
  app.addContentTypeParser(/^image\//, whole, async (request: FastifyRequest, body: Buffer) => {
    refuseEncodings(request)
    return body
  })
  app.addContentTypeParser(
    'application/octet-stream',
    whole,
    async (request: FastifyRequest, body: Buffer) => {
      refuseEncodings(request)
      return body
    },
  )
  app.addContentTypeParser('multipart/form-data', whole, async (request: FastifyRequest, body: Buffer) => {
    refuseEncodings(request)
    return await onlyFile(request, body)
  })
  app.addContentTypeParser('*', async () => {
    throw unsupported()
  })
}

/** The body of a route behind `acceptImagesOnly`. @throws `malformed_request` where there is none */
export function imageOf({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body
  throw new Failure(malformedRequest, {
    detail: `This call needs an image as its body, or as the field "${field}" of multipart/form-data.`,
  })
}

// A compressed body could grow past every limit once unpacked (A123).
function refuseEncodings({ headers }: FastifyRequest): void {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw unsupported()
}

function unsupported(): Failure {
  return new Failure(unsupportedMediaType, {
    detail: `Send the image as the body, uncompressed, with its own media type such as image/jpeg, or as the field "${field}" of multipart/form-data.`,
  })
}

// The names that files and fields were given are read by nobody: they name nothing here (A121).
async function onlyFile({ headers }: FastifyRequest, body: Buffer): Promise<Buffer> {
  const files = await readForm(headers['content-type'] ?? '', body)
  if (files.some(({ name }) => name !== field))
    throw refused('unknown_field', `The form may have one field only, and it is called "${field}".`)
  if (files.length > 1) throw refused('too_many', 'Send one image, not several.')
  const [file] = files
  if (file === undefined) throw refused('required', `The form needs the image as its field "${field}".`)
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
      detail: 'The form could not be read. Send multipart/form-data as RFC 7578 has it.',
      cause: error,
    })
  }
}

function parseForm(contentType: string, body: Buffer): Promise<readonly FormFile[]> {
  return new Promise((resolve, reject) => {
    const files: FormFile[] = []
    const form = new Busboy({
      headers: { 'content-type': contentType },
      // Without one, a part counts as text, and would be decoded.
      isPartAFile: () => true,
      limits: { files: 2, parts: 3, fields: 0, headerPairs: 20 },
    })
    form.on('file', (name: string, stream: BusboyFileStream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      // A form that ends within a part tells it here and not to the form; unheard it would end the process.
      stream.on('error', reject)
      files.push({ name, chunks })
    })
    form.on('error', reject)
    form.once('finish', () => resolve(files))
    form.end(body)
  })
}
