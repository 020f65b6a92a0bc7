import express, { type ErrorRequestHandler, Router } from 'express'
import type { OldCallers } from './callers.ts'
import { allowEveryOrigin } from './cross-origin.ts'
import { OldFailure } from './model.ts'
import { openapiDocument } from './openapi.ts'
import { oldRequestView, readToken, readVaccinationId } from './schema.ts'
import type { OldCallsService } from './service.ts'

const paths = ['/create', '/myvaccine', '/allvaccines', '/approve', '/openapi.json']

/** The calls of the old service for vaccinations, for its two front ends. */
export function oldRouter(callers: OldCallers, calls: OldCallsService): Router {
  const router = Router()
  router.use(paths, allowEveryOrigin, express.json({ limit: '64kb' }))

  router.get('/openapi.json', (_request, response) => {
    response.json(openapiDocument)
  })

  router.post('/create', async (request, response) => {
    const token = readToken(request.body)
    const caller = await callers.callerOf(token)
    await calls.create(caller, await callers.oldUserIdOf(token))
    response.status(201).json({ success: true })
  })

  router.post('/myvaccine', async (request, response) => {
    const list = await calls.listOwn(await callers.callerOf(readToken(request.body)))
    response.status(201).json(list.map(oldRequestView))
  })

  router.post('/allvaccines', async (request, response) => {
    const list = await calls.listAll(await callers.callerOf(readToken(request.body)))
    response.json(list.map(oldRequestView))
  })

  router.post('/approve', async (request, response) => {
    const token = readToken(request.body)
    const id = readVaccinationId(request.body)
    await calls.approve(await callers.callerOf(token), id)
    response.json({ success: true })
  })

  router.use(paths, answerOldErrors)
  return router
}

const answerOldErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof OldFailure) {
    const { status, detail } = error
    if (status === 401) response.set('www-authenticate', 'Bearer')
    return void response.status(status).json({ detail })
  }
  const { status } = error as { readonly status?: number }
  // A body that is no JSON.
  if (status === 400) {
    const invalid = { type: 'json_invalid', loc: ['body'], msg: 'JSON decode error', input: {} }
    return void response.status(422).json({ detail: [invalid] })
  }
  next(error)
}
