import { getRequestListener } from '@hono/node-server'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { guard } from '../../src/frameworks/next.ts'
import { startAccounts } from '../support/accounts.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'
import { listening } from './listening.ts'

// Next.js calls each handler with a Request, as this server does. It is too large to install for every run of the tests;
// the guide to it was tried with Next.js 16.4.6, with the same outcomes.
testAdapter('route handlers of Next.js', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  type Handler = (request: Request) => Response | Promise<Response>
  const answer = (path: string) => async () => {
    visit(path)
    return Response.json({})
  }
  const handlers: Readonly<Record<string, Handler>> = {
    '/user': accounts.requireUser()((request) => {
      visit('/user')
      return Response.json(accounts.currentUser(request))
    }),
    '/details': accounts.requireUser()(async (request) => Response.json(await accounts.fetchUser(request))),
    '/admin': accounts.requireRole('admin')(answer('/admin')),
    '/reports': accounts.requirePermission('reports:read')(answer('/reports')),
    '/recent': accounts.requireRecentSignIn()(answer('/recent')),
    '/broken': accounts.requireUser()(async () => {
      visit('/broken')
      throw new Error('the route failed')
    }),
    '/unguarded': (request) => Response.json(accounts.currentUser(request)),
  }
  const handle = async (request: Request) => {
    const headers = { 'access-control-allow-origin': '*' }
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers })
    const handler = handlers[new URL(request.url).pathname]
    const response = await Promise.resolve(request)
      .then(handler)
      .catch(() => new Response(null, { status: 500 }))
    const sent = [...(response?.headers ?? []), ...Object.entries(headers)]
    return new Response(await response?.text(), { status: response?.status ?? 404, headers: sent })
  }
  return await listening(getRequestListener(handle), accounts)
})

describe('a route handler of Next.js', () => {
  it('gets the context that Next.js gives, with its type', async () => {
    const { issuer, maker, options } = await startAccounts()
    const accounts = guard(options)
    interface Context {
      readonly params: Promise<{ id: string }>
    }
    const GET = accounts.requireUser()(async (request: Request, { params }: Context) =>
      Response.json({ caller: accounts.currentUser(request).id, id: (await params).id }),
    )
    expectTypeOf(GET).parameters.toEqualTypeOf<[Request, Context]>()
    const headers = { authorization: `Bearer ${maker.token({})}` }
    const request = new Request('https://service.example.org/reports/7', { headers })
    const answer = await GET(request, { params: Promise.resolve({ id: '7' }) })
    expect(await answer.json()).toEqual({ caller: maker.person().accountId, id: '7' })
    await accounts.close()
    await issuer.stop()
  })
})
