import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import pino, { type DestinationStream, type Logger } from 'pino'
import pretty from 'pino-pretty'
import { LineBuffer } from './line-buffer.ts'

export interface LogOptions {
  readonly level: string
  readonly format: 'pretty' | 'json'
}

/**
 * Structured logs. Nothing that a caller sent is ever handed to the logger: no bodies, headers, query strings or
 * paths with ids in them. The list of redacted names is a second net, not the first.
 */
export function createLogger({ level, format }: LogOptions, stream: NodeJS.WritableStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: { paths: redactedPaths, censor: '[redacted]' },
  }
  return pino(options, destinationOf(format, stream))
}

function destinationOf(format: LogOptions['format'], stream: NodeJS.WritableStream): DestinationStream {
  if (format === 'pretty')
    return pretty({ sync: true, destination: stream, ignore: 'request_id', singleLine: true })
  const lines = new LineBuffer(stream)
  if (stream === process.stdout) process.once('exit', lines.flush)
  return lines
}

const redactedNames = [
  'password',
  'new_password',
  'current_password',
  'user_secret',
  'secret',
  'token',
  'authorization',
  'cookie',
  'email',
  'phone_number',
  'national_id',
  'address',
  'home_address',
]
const redactedPaths = redactedNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

// Errors of database drivers carry the statement with its values; only these members are safe to write down.
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? String(error.code) : undefined
  return {
    type: error.name,
    message: error.message,
    code,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

/** One line a request: the route's pattern and never the path, which may hold an id or what somebody mistyped. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    logRequest(request, reply, { route: request.routeOptions.url ?? null, durationMs })
    done()
  })
}

export interface Routed {
  /** The route's pattern; null where none was found. */
  readonly route: string | null
  readonly durationMs: number
}

export function logRequest(
  { log, method }: FastifyRequest,
  { statusCode: status, problemCode: code }: FastifyReply,
  { route, durationMs }: Routed,
): void {
  log.info({ method, route, status, duration_ms: durationMs, ...(code !== null && { code }) }, 'request')
}
