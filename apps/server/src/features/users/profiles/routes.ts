import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { entityTag, ifMatch } from '../../../platform/http/entity-tags.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { preconditionFailed } from '../../../platform/kernel/problems.ts'
import { profileLimit } from './answer.ts'
import { readProfilePatch } from './input.ts'
import { IfMatchHeaders, PatchProfileBody, ProfileView, profileView, toPatch } from './schema.ts'
import type { ProfilesService } from './service.ts'

export function profilesRoutes(app: App, { profiles }: { profiles: ProfilesService }): void {
  app.get(
    '/v1/me/profile',
    {
      config: { access: 'user', openToImpersonators: true },
      schema: {
        operationId: 'getProfile',
        summary: 'Show my profile',
        description:
          'What users say about themselves. A new account has an empty profile. The header `ETag` is its version.',
        tags: ['Me'],
        response: { 200: ProfileView },
      },
    },
    async (request, reply) => {
      const caller = currentUser(request)
      const profile = await profiles.get(caller.accountId)
      void reply.header('etag', entityTag(profile.version))
      // An administrator needs a permission of its own for private details.
      return profileView(caller.impersonator === null ? profile : { ...profile, homeAddress: null })
    },
  )

  app.patch(
    '/v1/me/profile',
    {
      config: {
        access: 'user',
        limit: profileLimit,
        problems: [preconditionFailed],
        checkRules: (body) => readProfilePatch(toPatch(body)),
      },
      schema: {
        operationId: 'patchProfile',
        summary: 'Change my profile',
        description:
          'Changes the fields in the body and no others. With `If-Match`, the call changes nothing if someone else has changed the profile in the meantime.',
        tags: ['Me'],
        headers: IfMatchHeaders,
        body: PatchProfileBody,
        response: { 200: ProfileView },
      },
    },
    async (request, reply) => {
      const { accountId } = currentUser(request)
      const patch = toPatch(request.body)
      const profile = await profiles.update(accountId, patch, ifMatch(request), contextOf(request))
      void reply.header('etag', entityTag(profile.version))
      return profileView(profile)
    },
  )
}
