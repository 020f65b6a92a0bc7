import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { guard, type Middleware } from '../../src/frameworks/node.ts'
import { answerOf, Refusal } from '../../src/refusal.ts'

/** The service that the conformance suite starts to test this guard. */
const { ISSUER: issuer = '', AUDIENCE: audience = '', API_KEY: apiKey, PORT: port } = process.env
const accounts = guard({
  issuer,
  audience,
  failMode: process.env['FAIL_MODE'] === 'ttl' ? 'ttl' : 'closed',
  failAfterSeconds: Number(process.env['FAIL_AFTER_SECONDS']),
  ...(apiKey !== undefined && { apiKey }),
})

type Route = (request: IncomingMessage) => unknown

const details: Route = (request) => accounts.fetchUser(request)

const shown: Route = (request) => {
  const user = accounts.currentUser(request)
  return {
    id: user.id,
    session_id: user.sessionId,
    client_id: user.clientId,
    roles: user.roles,
    permissions: user.permissions,
    auth_time: user.authTime,
    amr: user.amr,
    acr: user.acr,
    expires_at: user.expiresAt,
  }
}

const open: Middleware = (_request, _response, next) => next()

const routes: Readonly<Record<string, readonly [Middleware, Route]>> = {
  '/public': [open, () => ({})],
  '/user': [accounts.requireUser(), shown],
  '/roles/admin': [accounts.requireRole('admin'), shown],
  '/permissions/reports:read': [accounts.requirePermission('reports:read'), shown],
  '/details': [accounts.requireUser(), details],
  '/factor': [accounts.requireFactor(), shown],
  '/phishing-resistant': [accounts.requireFactor({ phishingResistant: true }), shown],
  '/recent': [accounts.requireRecentSignIn({ maxAgeSeconds: 600 }), shown],
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [middleware, route] = routes[(request.url ?? '').replace(/\?.*/, '')] ?? [open, () => null]
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  middleware(request, response, (error) => {
    if (error !== undefined) return send(500, { error: 'the middleware failed' })
    Promise.resolve(route(request)).then(
      (body) => send(200, body),
      (failure: unknown) => {
        if (!(failure instanceof Refusal)) return send(500, { error: String(failure) })
        const { status, headers, body } = answerOf(failure, issuer)
        response.writeHead(status, headers).end(body)
      },
    )
  })
}

const server = createServer(answer)
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
