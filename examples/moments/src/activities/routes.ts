import type { App, ViewerOfRequest } from '../http/app.ts'
import { PageQuery, pageView } from '../page.ts'
import {
  ActivitiesView,
  ActivityParams,
  ActivityPatchBody,
  ActivityView,
  activityView,
  NewActivityBody,
  toActivityInput,
} from './schema.ts'
import type { ActivitiesService } from './service.ts'

export interface ActivityRoutesOptions {
  readonly activities: ActivitiesService
  readonly viewerOf: ViewerOfRequest
}

export function activityRoutes(app: App, { activities, viewerOf }: ActivityRoutesOptions): void {
  app.post(
    '/v1/activities',
    { schema: { body: NewActivityBody, response: { 201: ActivityView } } },
    async (request, reply) => {
      const activity = activities.create(viewerOf(request), toActivityInput(request.body))
      return reply.code(201).send(activityView(activity))
    },
  )

  app.get(
    '/v1/activities',
    { schema: { querystring: PageQuery, response: { 200: ActivitiesView } } },
    async (request) => pageView(activities.list(viewerOf(request), request.query), activityView),
  )

  app.get(
    '/v1/activities/:id',
    { schema: { params: ActivityParams, response: { 200: ActivityView } } },
    async (request) => activityView(activities.get(viewerOf(request), request.params.id)),
  )

  app.patch(
    '/v1/activities/:id',
    { schema: { params: ActivityParams, body: ActivityPatchBody, response: { 200: ActivityView } } },
    async (request) => {
      const activity = activities.change(viewerOf(request), request.params.id, request.body)
      return activityView(activity)
    },
  )

  app.delete('/v1/activities/:id', { schema: { params: ActivityParams } }, async (request, reply) => {
    activities.delete(viewerOf(request), request.params.id)
    return reply.code(204).send()
  })
}
