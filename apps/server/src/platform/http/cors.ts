import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { trustedDeviceHeader } from './trusted-device.ts'

const exposedHeaders = [
  'x-request-id',
  'etag',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'www-authenticate',
  trustedDeviceHeader,
]

/**
 * Without configured origins, no script of another site can read an answer; with them, only scripts of exactly these
 * origins can (ASVS 3.4.2). Credentials are bearer tokens, which a browser never adds by itself, so no origin may send
 * cookies.
 */
export async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  const { default: cors } = await import('@fastify/cors')
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders,
    maxAge: 600,
    strictPreflight: false,
  })
}

/** Lets an allowed origin read an answer that is sent before the hooks of the plugin run. */
export function allowOrigin(
  { headers: { origin } }: FastifyRequest,
  reply: FastifyReply,
  origins: readonly string[],
): void {
  if (origins.length > 0) void reply.header('vary', 'Origin')
  if (origin === undefined || !origins.includes(origin)) return
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders.join(', '),
  })
}
