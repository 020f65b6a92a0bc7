import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import pino, { type DestinationStream, type Logger } from 'pino'
import { LineBuffer } from './line-buffer.ts'
import { LogOutput } from './log-output.ts'

/** Writes the lines in a form that people can read. */
export type PrettyFormat = (output: Output) => DestinationStream

export interface LogOptions {
  readonly level: string
  readonly format: PrettyFormat | 'json'
}

/**
 * Creates the structured log. Nothing that a caller sent is passed to the logger: no bodies, headers, query strings or
 * paths with ids. The list of redacted names is a second line of defence.
 */
export function createLogger({ level, format }: LogOptions, output: Output): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: { paths: redactedPaths, censor: '[redacted]' },
  }
  const logger = pino(options, destinationOf(format, output))
  if (output instanceof LogOutput)
    output.onRecovered = (lost) => logger.warn({ lost }, 'log lines were lost: the log could not be written')
  return logger
}

/** A stream, or the standard output of the process. */
export type Output = LogOutput | Pick<NodeJS.WritableStream, 'write'>

function destinationOf(format: LogOptions['format'], output: Output): DestinationStream {
  if (format !== 'json') return format(output)
  const lines = new LineBuffer(output)
  if (output instanceof LogOutput) process.once('exit', lines.flush)
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

// An error of a database driver contains the statement with its values; only these members are safe to log.
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

/** Logs one line for each request, with the pattern of its route. The path may contain an id or a mistyped secret. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    logRequest(request, reply, { route: request.routeOptions.url ?? null, durationMs })
    done()
  })
}

export interface Routed {
  /** The pattern of the route; null if there is none. */
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
