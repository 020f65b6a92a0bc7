import type { IncomingMessage, ServerResponse } from 'node:http'
import { guard, type Middleware } from '../../src/frameworks/node.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'
import { listening } from './listening.ts'
import { answerPreflight } from './preflight.ts'

testAdapter('node:http', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  const isAdmitted: Middleware = (_request, _response, next) => next()
  type Route = (request: IncomingMessage) => Promise<unknown>
  const routes: Readonly<Record<string, readonly [Middleware, Route]>> = {
    '/user': [accounts.requireUser(), async (request) => accounts.currentUser(request)],
    '/details': [accounts.requireUser(), (request) => accounts.fetchUser(request)],
    '/admin': [accounts.requireRole('admin'), async () => ({})],
    '/reports': [accounts.requirePermission('reports:read'), async () => ({})],
    '/recent': [accounts.requireRecentSignIn(), async () => ({})],
    '/broken': [accounts.requireUser(), () => Promise.reject(new Error('the route failed'))],
    '/unguarded': [isAdmitted, async (request) => accounts.currentUser(request)],
  }
  const fail = (response: ServerResponse) => response.writeHead(500).end()
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    if (answerPreflight(request, response)) return
    const path = request.url ?? ''
    const [check, route] = routes[path] ?? []
    check?.(request, response, (error) => {
      if (error !== undefined) return fail(response)
      visit(path)
      route?.(request).then(
        (body) => response.end(JSON.stringify(body)),
        () => fail(response),
      )
    })
  }
  return await listening(handle, accounts)
})
