import type { App } from '../../../../platform/http/app.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { UserParams } from '../schema.ts'
import type { UserFactorRecovery } from './recovery.ts'
import { ResetFactorsBody, StartedFactorRecovery, UserFactorsView, userFactorsView } from './schema.ts'
import type { UserFactorsService } from './service.ts'

export interface UserFactorsRoutesOptions {
  readonly userFactors: UserFactorsService
  readonly userFactorRecovery: UserFactorRecovery
}

const tags = ['Users']

/** Each notifies the owner. */
const limit = { name: 'factor-resets', quota: 60, windowSeconds: 3_600 }

export function userFactorsRoutes(app: App, options: UserFactorsRoutesOptions): void {
  const { userFactors } = options
  recoveryRoute(app, options)
  app.get(
    '/v1/users/:id/factors',
    {
      config: { access: { permission: 'users:read' }, problems: [notFound] },
      schema: {
        operationId: 'listUserFactors',
        summary: 'List the second factors of a user',
        description: 'Never shows a secret.',
        tags,
        params: UserParams,
        response: { 200: UserFactorsView },
      },
    },
    async (request) => userFactorsView(await userFactors.list(pathId(request.params.id))),
  )

  app.delete(
    '/v1/users/:id/factors',
    {
      config: {
        access: { permission: 'users:reset-factors' },
        freshSession: true,
        limit,
        problems: [forbidden, notFound],
      },
      schema: {
        operationId: 'resetUserFactors',
        summary: 'Remove all second factors of a user',
        description:
          'For someone who has lost them all. The recovery codes go too, every session ends, and the owner is notified by every contact. The audit trail has the reason. Afterwards, the first factor is enough to sign in, or to add a new second factor if the account must have one.',
        tags,
        params: UserParams,
        body: ResetFactorsBody,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { reason } = request.body
      await userFactors.reset(pathId(request.params.id), reason, authorOf(request))
      return reply.code(204).send(null)
    },
  )
}

function recoveryRoute(app: App, { userFactorRecovery }: UserFactorsRoutesOptions): void {
  app.post(
    '/v1/users/:id/factors/recovery',
    {
      config: {
        access: { permission: 'users:reset-factors' },
        freshSession: true,
        limit,
        problems: [forbidden, notFound],
      },
      schema: {
        operationId: 'startFactorRecovery',
        summary: 'Start the recovery of a second factor for a user',
        description:
          'For someone who has lost every second factor. Nothing is removed yet: every confirmed contact of the owner is notified, and can cancel it. After the wait, the owner signs in with the first factor and finishes it with a code that only they get (`POST /v1/auth/mfa/lost`). If a recovery has begun before, it goes on as it is. The audit trail has the reason.',
        tags,
        params: UserParams,
        body: ResetFactorsBody,
        response: { 202: StartedFactorRecovery },
      },
    },
    async (request, reply) => {
      const { reason } = request.body
      const usableAt = await userFactorRecovery.start(pathId(request.params.id), reason, authorOf(request))
      return reply.code(202).send({ usable_at: usableAt.toISOString() })
    },
  )
}
