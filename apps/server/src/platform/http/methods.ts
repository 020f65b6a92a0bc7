import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { methodNotAllowed } from '../kernel/problems.ts'

const known: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** Remembers which methods each address answers to; call before any route is added. */
export function watchMethods(app: FastifyInstance): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const all = methods.get(url) ?? new Set<string>()
    for (const each of [method].flat()) all.add(each)
    methods.set(url, all)
  })
  return methods
}

/** Answers 405 with `Allow` (RFC 9110 §15.5.6) to every other method; call after all routes are added. */
export function refuseOtherMethods(
  app: FastifyInstance,
  methods: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, allowed] of [...methods]) {
    const allow = [...allowed].sort().join(', ')
    app.route({
      method: known.filter((method) => !allowed.has(method)),
      url,
      config: { access: 'public' },
      schema: { hide: true },
      // Before the body is read: whatever it is, it is not wanted.
      onRequest: async (_request, reply) => {
        reply.header('allow', allow)
        throw new Failure(methodNotAllowed)
      },
      handler: async () => undefined,
    })
  }
}
