import type { App, ViewerOfRequest } from '../http/app.ts'
import { pageView } from '../page.ts'
import {
  MomentParams,
  MomentPatchBody,
  MomentsQuery,
  MomentsView,
  MomentView,
  momentView,
  NewMomentBody,
  toMomentInput,
} from './schema.ts'
import type { MomentsService } from './service.ts'

export interface MomentRoutesOptions {
  readonly moments: MomentsService
  readonly viewerOf: ViewerOfRequest
}

export function momentRoutes(app: App, { moments, viewerOf }: MomentRoutesOptions): void {
  app.post(
    '/v1/moments',
    { schema: { body: NewMomentBody, response: { 201: MomentView } } },
    async (request, reply) => {
      const { activity_id: activityId, ...body } = request.body
      const moment = moments.create(viewerOf(request), activityId, toMomentInput(body))
      return reply.code(201).send(momentView(moment))
    },
  )

  app.get(
    '/v1/moments',
    { schema: { querystring: MomentsQuery, response: { 200: MomentsView } } },
    async (request) => {
      const { activity_id: activityId = null, page, size } = request.query
      return pageView(moments.list(viewerOf(request), activityId, { page, size }), momentView)
    },
  )

  app.get(
    '/v1/moments/:id',
    { schema: { params: MomentParams, response: { 200: MomentView } } },
    async (request) => momentView(moments.get(viewerOf(request), request.params.id)),
  )

  app.patch(
    '/v1/moments/:id',
    { schema: { params: MomentParams, body: MomentPatchBody, response: { 200: MomentView } } },
    async (request) => {
      const moment = moments.change(viewerOf(request), request.params.id, toMomentInput(request.body))
      return momentView(moment)
    },
  )

  app.delete('/v1/moments/:id', { schema: { params: MomentParams } }, async (request, reply) => {
    moments.delete(viewerOf(request), request.params.id)
    return reply.code(204).send()
  })
}
