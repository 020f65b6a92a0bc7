import 'reflect-metadata'
import { type CanActivate, Controller, Get, Module, Req, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { guard, type NestRequest } from '../../src/frameworks/nest.ts'
import { type StartOptions, testAdapter } from './adapter-contract.ts'

testAdapter('NestJS', async ({ guard: options, visit }: StartOptions) => {
  const accounts = guard(options)
  type Route = (request: NestRequest) => unknown
  const routes: Readonly<Record<string, readonly [CanActivate | null, Route]>> = {
    user: [accounts.requireUser(), (request) => accounts.currentUser(request)],
    details: [accounts.requireUser(), (request) => accounts.fetchUser(request)],
    admin: [accounts.requireRole('admin'), () => ({})],
    reports: [accounts.requirePermission('reports:read'), () => ({})],
    recent: [accounts.requireRecentSignIn(), () => ({})],
    broken: [accounts.requireUser(), () => Promise.reject(new Error('the route failed'))],
    unguarded: [null, (request) => accounts.currentUser(request)],
  }
  const app = await NestFactory.create(moduleOf(routes, visit), { logger: false })
  app.enableCors()
  await app.listen(0, '127.0.0.1')
  return {
    url: await app.getUrl(),
    close: async () => {
      await app.close()
      await accounts.close()
    },
  }

  // Decorators as calls, because Node runs this file and knows no decorators.
  function moduleOf(given: typeof routes, visited: (path: string) => void): object {
    class Routes {}
    for (const [name, [check, route]] of Object.entries(given)) {
      Object.defineProperty(Routes.prototype, name, {
        value: (request: NestRequest) => {
          visited(`/${name}`)
          return route(request)
        },
      })
      const property = Object.getOwnPropertyDescriptor(Routes.prototype, name) ?? {}
      Get(name)(Routes.prototype, name, property)
      if (check !== null) UseGuards(check)(Routes.prototype, name, property)
      Req()(Routes.prototype, name, 0)
    }
    Controller()(Routes)
    class App {}
    Module({ controllers: [Routes] })(App)
    return App
  }
})
