import Koa from 'koa'
import { guard, type Middleware } from '../../src/frameworks/koa.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'
import { listening } from './listening.ts'

testAdapter('Koa', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  const app = new Koa()
  app.silent = true
  app.use(async (context, next) => {
    context.set('access-control-allow-origin', '*')
    if (context.method === 'OPTIONS') context.status = 204
    else await next()
  })
  // Koa has no router of its own.
  const route = (path: string, check: Middleware, answer: Koa.Middleware) => {
    app.use(async (context, next) => {
      if (context.path === path)
        await check(context, async () => {
          visit(path)
          await answer(context, next)
        })
      else await next()
    })
  }
  route('/user', accounts.requireUser(), (context) => {
    context.body = accounts.currentUser(context)
  })
  route('/details', accounts.requireUser(), async (context) => {
    context.body = await accounts.fetchUser(context)
  })
  for (const [path, check] of Object.entries({
    '/admin': accounts.requireRole('admin'),
    '/reports': accounts.requirePermission('reports:read'),
    '/recent': accounts.requireRecentSignIn(),
  }))
    route(path, check, (context) => {
      context.body = {}
    })
  route('/broken', accounts.requireUser(), async () => {
    throw new Error('the route failed')
  })
  app.use((context) => {
    context.body = accounts.currentUser(context)
  })
  return await listening(app.callback(), accounts)
})
