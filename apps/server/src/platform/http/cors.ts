import cors from '@fastify/cors'
import type { App } from './app.ts'

/**
 * Without configured origins, no script of another site can read an answer; with them, only scripts of exactly these
 * origins can (ASVS 3.4.2). Credentials are bearer tokens, which a browser never adds by itself, so no origin may send
 * cookies.
 */
export async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'x-request-id',
      'etag',
      'retry-after',
      'ratelimit',
      'ratelimit-policy',
      'www-authenticate',
    ],
    maxAge: 600,
    strictPreflight: false,
  })
}
