import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { methodNotAllowed } from '../kernel/problems.ts'

const known: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** Collects the methods that each address supports. Call it before any route is added. */
export function watchMethods(app: FastifyInstance): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const all = methods.get(url) ?? new Set<string>()
    for (const each of [method].flat()) all.add(each)
    methods.set(url, all)
  })
  return methods
}

/** Answers every other method with 405 and `Allow` (RFC 9110 §15.5.6). Call it when all routes are added. */
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
      // Before the body is read, because no one needs it.
      onRequest: async (_request, reply) => {
        reply.header('allow', allow)
        throw new Failure(methodNotAllowed)
      },
      handler: async () => undefined,
    })
  }
}
