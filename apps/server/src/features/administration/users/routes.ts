import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { forbidden, notFound, validationFailed } from '../../../platform/kernel/problems.ts'
import { authorOf } from '../../authorization/roles/answer.ts'
import { lastAdministrator } from '../../authorization/roles/model.ts'
import { changesLimit } from './answer.ts'
import { alreadyDeleted, notRestorable, userPending } from './model.ts'
import type { UserRequests } from './requests.ts'
import {
  DeleteUserQuery,
  ErasureView,
  ManagedUserView,
  managedUserView,
  StartedView,
  SuspendBody,
  toSuspensionTerms,
  UserParams,
  UserReceiptView,
  userReceiptView,
  VerificationBody,
} from './schema.ts'
import type { UserSearchService } from './search/service.ts'
import type { AdministrationService } from './service.ts'

export interface AdministrationRoutesOptions {
  readonly administration: AdministrationService
  readonly userRequests: UserRequests
  readonly userSearch: Pick<UserSearchService, 'get'>
}

const tags = ['Users']
const write = { permission: 'users:write' } as const
/** Messages to owners cost money, and too many of them annoy. */
const messageLimit = { name: 'messages-by-administrator', quota: 300, windowSeconds: 3_600 }

export function administrationRoutes(app: App, options: AdministrationRoutesOptions): void {
  deletionRoutes(app, options)
  suspensionRoutes(app, options)
  messageRoutes(app, options)
}

function deletionRoutes(app: App, { administration, userSearch }: AdministrationRoutesOptions): void {
  app.delete(
    '/v1/users/:id',
    {
      config: {
        access: { permission: 'users:delete' },
        freshSession: true,
        limit: changesLimit,
        problems: [forbidden, notFound, alreadyDeleted, lastAdministrator],
      },
      schema: {
        operationId: 'deleteUser',
        summary: 'Delete a user',
        description:
          'All sessions end at once. The account is erased after the grace period, and its owner is notified and gets the receipt. With `immediately=true`, everything is erased now.',
        tags,
        params: UserParams,
        querystring: DeleteUserQuery,
        response: { 200: ErasureView, 202: UserReceiptView },
      },
    },
    async (request, reply) => {
      const id = pathId<AccountId>(request.params.id)
      if (request.query.immediately === 'true')
        return reply.code(200).send({ receipt: await administration.erase(id, authorOf(request)) })
      return reply.code(202).send(userReceiptView(await administration.delete(id, authorOf(request))))
    },
  )

  app.post(
    '/v1/users/:id/restoration',
    {
      config: {
        access: write,
        freshSession: true,
        limit: changesLimit,
        problems: [forbidden, notFound, notRestorable],
      },
      schema: {
        operationId: 'restoreUser',
        summary: 'Restore a deleted user within the grace period',
        description: 'Its earlier sessions stay ended. The owner is notified.',
        tags,
        params: UserParams,
        response: { 200: ManagedUserView },
      },
    },
    async (request) => {
      const id = pathId<AccountId>(request.params.id)
      await administration.restore(id, authorOf(request))
      return managedUserView(await userSearch.get(id))
    },
  )
}

function suspensionRoutes(app: App, { administration, userSearch }: AdministrationRoutesOptions): void {
  const config = {
    access: write,
    freshSession: true,
    limit: changesLimit,
    problems: [forbidden, notFound, userPending, alreadyDeleted, lastAdministrator],
  } as const
  app.post(
    '/v1/users/:id/suspension',
    {
      config: {
        ...config,
        checkRules: (body) => administration.checkTerms(toSuspensionTerms(body)),
      },
      schema: {
        operationId: 'suspendUser',
        summary: 'Suspend a user',
        description:
          'All sessions end, and the owner can no longer sign in. If the account is suspended already, the new reason and end replace those before.',
        tags,
        params: UserParams,
        body: SuspendBody,
        response: { 200: ManagedUserView },
      },
    },
    async (request) => {
      const id = pathId<AccountId>(request.params.id)
      await administration.suspend(id, toSuspensionTerms(request.body), authorOf(request))
      return managedUserView(await userSearch.get(id))
    },
  )

  app.delete(
    '/v1/users/:id/suspension',
    {
      config: {
        access: write,
        freshSession: true,
        limit: changesLimit,
        problems: [forbidden, notFound],
      },
      schema: {
        operationId: 'liftSuspension',
        summary: 'Lift the suspension of a user',
        description:
          'The owner can sign in again. An account that is not suspended stays as it is. If its owner had deleted it, the deletion goes on.',
        tags,
        params: UserParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await administration.activate(pathId(request.params.id), authorOf(request))
      return reply.code(204).send(null)
    },
  )
}

function messageRoutes(app: App, { userRequests }: AdministrationRoutesOptions): void {
  const config = { access: write, limit: messageLimit, problems: [forbidden, notFound] } as const
  app.post(
    '/v1/users/:id/recovery',
    {
      config,
      schema: {
        operationId: 'startRecovery',
        summary: 'Start a recovery for a user',
        description:
          'The owner gets the code that a recovery needs, and chooses the new password. No administrator can finish a recovery, or see or choose a password.',
        tags,
        params: UserParams,
        response: { 202: StartedView },
      },
    },
    async (request, reply) => {
      const channel = await userRequests.recover(pathId(request.params.id), authorOf(request))
      return reply.code(202).send({ channel })
    },
  )

  app.post(
    '/v1/users/:id/verification',
    {
      config,
      schema: {
        operationId: 'startVerification',
        summary: 'Ask a user to confirm a contact',
        description: 'The owner gets a code and a link.',
        tags,
        params: UserParams,
        body: VerificationBody,
        response: { 202: StartedView },
      },
    },
    async (request, reply) => {
      const { channel } = request.body
      await userRequests.verify(pathId(request.params.id), channel, authorOf(request))
      return reply.code(202).send({ channel })
    },
  )

  app.post(
    '/v1/users/:id/invitation',
    {
      config: { ...config, problems: [...config.problems, validationFailed] },
      schema: {
        operationId: 'inviteUser',
        summary: 'Send another invitation to a user',
        description:
          'Only for an account that has no password and no user secret yet. The link of the earlier invitation no longer works.',
        tags,
        params: UserParams,
        response: { 202: StartedView },
      },
    },
    async (request, reply) => {
      const channel = await userRequests.invite(pathId(request.params.id), authorOf(request))
      return reply.code(202).send({ channel })
    },
  )
}
