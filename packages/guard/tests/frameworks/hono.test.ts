import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { guard } from '../../src/frameworks/hono.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'
import { listening } from './listening.ts'

testAdapter('Hono', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  const app = new Hono()
  app.use(cors())
  app.get('/user', accounts.requireUser(), (context) => {
    visit('/user')
    return context.json(accounts.currentUser(context))
  })
  app.get('/details', accounts.requireUser(), async (context) => {
    visit('/details')
    return context.json(await accounts.fetchUser(context))
  })
  const checks = {
    '/admin': accounts.requireRole('admin'),
    '/reports': accounts.requirePermission('reports:read'),
    '/recent': accounts.requireRecentSignIn(),
  }
  for (const [path, check] of Object.entries(checks))
    app.get(path, check, (context) => {
      visit(path)
      return context.json({})
    })
  app.get('/broken', accounts.requireUser(), async () => {
    visit('/broken')
    throw new Error('the route failed')
  })
  app.get('/unguarded', (context) => context.json(accounts.currentUser(context)))
  app.onError((_error, context) => context.text('', 500))
  return await listening(getRequestListener(app.fetch), accounts)
})
