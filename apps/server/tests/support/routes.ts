import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyContextConfig, FastifyInstance, RouteOptions } from 'fastify'

/** A route of the router, even if the OpenAPI document does not name it. */
export interface Route {
  readonly method: string
  /** With the names of its parameters: `/v1/me/sessions/:id`. */
  readonly path: string
  readonly access: unknown
  readonly config: Partial<FastifyContextConfig>
  /** The source file that adds it, relative to the folder of the sources; null for a route of a plugin. */
  readonly file: string | null
  /** The names that its query may have. */
  readonly queryNames: readonly string[]
}

/** Starts a server and returns it with all its routes, hidden ones too. */
export async function withRoutes<Server>(
  start: () => Promise<Server>,
): Promise<{ server: Server; routes: readonly Route[] }> {
  const routes: { options: RouteOptions; file: string | null }[] = []
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => {
      // The OpenAPI document is made by another app, to which the same routes are added again.
      const isKnown = routes.some(
        ({ options: { method, url } }) => method === route.method && url === route.url,
      )
      if (!isKnown) routes.push({ options: route, file: callerFile() })
    })
  }
  subscribe('fastify.initialization', watch)
  try {
    const server = await start()
    return { server, routes: routes.flatMap(routeOf) }
  } finally {
    unsubscribe('fastify.initialization', watch)
  }
}

/** Reads a route once the server has started: other hooks have then set its access. */
function routeOf({ options, file }: { options: RouteOptions; file: string | null }): Route[] {
  const { method, url, schema, config } = options
  // A route for many methods answers 405 to all of them.
  if (typeof method !== 'string') return []
  const query = schema?.querystring as { properties?: object } | undefined
  return [
    {
      method,
      path: url,
      access: config?.access,
      config: config ?? {},
      file,
      queryNames: Object.keys(query?.properties ?? {}),
    },
  ]
}

/** True if an account without any permission, or no account at all, may call the route. */
export function isOpenToEveryAccount({ access }: Route): boolean {
  return typeof access === 'string' && access !== 'metrics' && access !== 'webhook' && access !== 'client'
}

/** The source file of the innermost call that is in our own code. */
function callerFile(): string | null {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  const stack = new Error('where am I').stack ?? ''
  Error.stackTraceLimit = limit
  return /apps\/server\/src\/([^\s:]+):/.exec(stack)?.[1] ?? null
}
