import { fileURLToPath } from 'node:url'
import type { ServerProgram } from './server-process.ts'

export interface GuardedServiceOptions {
  readonly kind: 'fastify' | 'fastify-guard' | 'express-guard' | 'express-peer'
  readonly issuer: string
  readonly apiKey: string
}

/** A service with one route that answers with a constant: bare, behind the guard, or behind another verifier. */
export function guardedService({ kind, issuer, apiKey }: GuardedServiceOptions): ServerProgram {
  return {
    args: [fileURLToPath(new URL('guarded-service-program.ts', import.meta.url))],
    env: ({ port }) => ({
      BENCH_PORT: String(port),
      BENCH_KIND: kind,
      BENCH_ISSUER: issuer,
      BENCH_API_KEY: apiKey,
    }),
    readyPath: '/ready',
  }
}
