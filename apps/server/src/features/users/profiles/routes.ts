import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { entityTag, ifMatch } from '../../../platform/http/entity-tags.ts'
import { preconditionFailed } from '../../../platform/kernel/problems.ts'
import { IfMatchHeaders, PatchProfileBody, ProfileView, profileView, toPatch } from './schema.ts'
import type { ProfilesService } from './service.ts'

export function profilesRoutes(app: App, { profiles }: { profiles: ProfilesService }): void {
  app.get(
    '/v1/me/profile',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'getProfile',
        summary: 'Show my profile',
        tags: ['Me'],
        response: { 200: ProfileView },
      },
    },
    async (request, reply) => {
      const profile = await profiles.get(currentUser(request).accountId)
      void reply.header('etag', entityTag(profile.version))
      return profileView(profile)
    },
  )

  app.patch(
    '/v1/me/profile',
    {
      config: { access: 'user', problems: [preconditionFailed] },
      schema: {
        operationId: 'patchProfile',
        summary: 'Change my profile',
        tags: ['Me'],
        headers: IfMatchHeaders,
        body: PatchProfileBody,
        response: { 200: ProfileView },
      },
    },
    async (request, reply) => {
      const { accountId } = currentUser(request)
      const profile = await profiles.update(accountId, toPatch(request.body), ifMatch(request))
      void reply.header('etag', entityTag(profile.version))
      return profileView(profile)
    },
  )
}
