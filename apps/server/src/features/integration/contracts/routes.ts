import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { acceptedLanguages } from '../../../platform/http/accept-language.ts'
import type { App } from '../../../platform/http/app.ts'
import { acceptFormFields } from '../../../platform/http/form-fields.ts'
import { askedRequest, sendAnswer } from '../../../platform/http/other-apis.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { AnyContract } from './contract.ts'
import { isForContract, type MountedContract, type MountedRoute } from './mounted.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/**
 * Lets contracts answer their part of the requests to native routes. Call it before any native route is added: the body
 * decides, so the contract takes its turn after the body is read and before the native rules apply to it.
 */
export function shareNativeRoutes(app: App, contracts: readonly MountedContract[]): void {
  const shared = contracts.flatMap(({ routes }) => routes).filter(({ isShared }) => isShared)
  app.addHook('onRoute', (native: RouteOptions) => {
    const found = shared.find(({ method, path }) => path === native.url && method === native.method)
    if (found === undefined) return
    const handle = handlerOf(found)
    const own = [native.preValidation ?? []].flat()
    native.preValidation = [
      async (request, reply) => {
        if (isForContract(found.route, askedRequest(request))) return await handle(request, reply)
        return undefined
      },
      ...own,
    ]
  })
}

/** Adds all other routes of the contracts. They are in no document of the API: only some servers have them. */
export function contractRoutes(app: App, contracts: readonly MountedContract[]): void {
  for (const { contract, routes } of contracts) {
    const own = routes.filter(({ isShared }) => !isShared)
    for (const mounted of own.filter(({ route }) => route.forms === undefined))
      addRoute(app, mounted, contract)
    const forms = own.filter(({ route }) => route.forms)
    // In a context of its own, because only these routes accept forms.
    void app.register(async (scope: App) => {
      acceptFormFields(scope)
      for (const mounted of forms) addRoute(scope, mounted, contract)
    })
  }
}

function addRoute(app: App, mounted: MountedRoute, { findCaller }: Pick<AnyContract, 'findCaller'>): void {
  const { access, bodyLimitBytes, limit, limitByBody } = mounted.route
  app.route({
    method: mounted.method,
    url: mounted.path,
    ...(bodyLimitBytes !== undefined && { bodyLimit: bodyLimitBytes }),
    config: {
      access,
      ...(limit && { limit }),
      ...(limitByBody && { limitByBody }),
      ...(findCaller && { findCaller }),
    },
    schema: { hide: true },
    handler: handlerOf(mounted),
  })
}

function handlerOf({ route }: MountedRoute): Handler {
  return async (request, reply) => {
    const { body, params, query, headers, principal: caller } = request
    const answer = await route.handle({
      body,
      params: params as Record<string, string>,
      query: query as Record<string, unknown>,
      languages: acceptedLanguages(headers['accept-language']),
      context: contextOf(request),
      caller,
    })
    return sendAnswer(reply, answer)
  }
}
