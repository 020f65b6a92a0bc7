import express from 'express'
import { guard } from '../../src/frameworks/express.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'
import { listening } from './listening.ts'
import { answerPreflight } from './preflight.ts'

testAdapter('Express', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  const app = express()
  app.use((request, response, next) => {
    if (!answerPreflight(request, response)) next()
  })
  app.get('/user', accounts.requireUser(), (request, response) => {
    visit('/user')
    response.json(accounts.currentUser(request))
  })
  app.get('/details', accounts.requireUser(), async (request, response) => {
    visit('/details')
    response.json(await accounts.fetchUser(request))
  })
  const checks = {
    '/admin': accounts.requireRole('admin'),
    '/reports': accounts.requirePermission('reports:read'),
    '/recent': accounts.requireRecentSignIn(),
  }
  for (const [path, check] of Object.entries(checks))
    app.get(path, check, (_request, response) => {
      visit(path)
      response.json({})
    })
  app.get('/broken', accounts.requireUser(), async () => {
    visit('/broken')
    throw new Error('the route failed')
  })
  app.get('/unguarded', (request, response) => {
    response.json(accounts.currentUser(request))
  })
  return await listening(app, accounts)
})
