import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify from 'fastify'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { guard } from '../../src/frameworks/fastify.ts'
import { startAccounts } from '../support/accounts.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'

testAdapter('Fastify', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  const app = Fastify()
  await app.register(cors)
  app.get('/user', { onRequest: accounts.requireUser() }, async (request) => {
    visit('/user')
    return accounts.currentUser(request)
  })
  app.get('/details', { onRequest: accounts.requireUser() }, async (request) => {
    visit('/details')
    return await accounts.fetchUser(request)
  })
  const checks = {
    '/admin': accounts.requireRole('admin'),
    '/reports': accounts.requirePermission('reports:read'),
    '/recent': accounts.requireRecentSignIn(),
  }
  for (const [path, check] of Object.entries(checks))
    app.get(path, { preHandler: check }, async () => {
      visit(path)
      return {}
    })
  // For every route of a part of the app.
  await app.register(async (part) => {
    part.addHook('onRequest', accounts.requireUser())
    part.get('/broken', async () => {
      visit('/broken')
      throw new Error('the route failed')
    })
  })
  app.get('/unguarded', async (request) => accounts.currentUser(request))
  app.addHook('onClose', () => accounts.close())
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
})

describe('a route of Fastify with schemas', () => {
  it('takes the hook, and its schemas do not change a refusal', async () => {
    const { issuer, maker, options } = await startAccounts()
    const accounts = guard(options)
    const app = Fastify().withTypeProvider<TypeBoxTypeProvider>()
    const schema = {
      params: Type.Object({ id: Type.Number() }),
      response: { 200: Type.Object({ id: Type.Number() }), 401: Type.Object({ error: Type.String() }) },
    }
    const hooks = { onRequest: accounts.requireUser(), preHandler: [accounts.requireRole('user')] }
    app.get('/reports/:id', { schema, ...hooks }, async (request, reply) => {
      accounts.currentUser(request)
      return await reply.send({ id: request.params.id })
    })
    const call = (headers = {}) => app.inject({ url: '/reports/7', headers })
    expect((await call({ authorization: `Bearer ${maker.token({})}` })).json()).toEqual({ id: 7 })
    expect((await call()).json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    await Promise.all([accounts.close(), issuer.stop()])
  })
})
