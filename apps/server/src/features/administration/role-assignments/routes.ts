import type { App } from '../../../platform/http/app.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { authorOf } from '../../authorization/roles/answer.ts'
import { lastAdministrator } from '../../authorization/roles/model.ts'
import { AssignedView, assignedView, RolesBody, UserParams } from './schema.ts'
import type { RoleAssignmentService } from './service.ts'

export interface RoleAssignmentRoutesOptions {
  readonly roleAssignment: RoleAssignmentService
}

/** Far more than a person changes, and too few to fill the audit trail (I13). */
const assignLimit = { name: 'role-assignments', quota: 300, windowSeconds: 300 }

export function roleAssignmentRoutes(app: App, { roleAssignment }: RoleAssignmentRoutesOptions): void {
  app.put(
    '/v1/users/:id/roles',
    {
      config: {
        access: { permission: 'roles:write' },
        freshSession: true,
        limit: assignLimit,
        problems: [notFound, lastAdministrator],
      },
      schema: {
        operationId: 'assignRoles',
        summary: 'Give an account its roles',
        description:
          'Replaces the roles of the account. You can only give permissions that you have yourself, and only change an account that has no permission that you do not have. Proxima applies the change at once. A service that checks access tokens itself sees it when the token is replaced.',
        tags: ['Administration'],
        params: UserParams,
        body: RolesBody,
        response: { 200: AssignedView },
      },
    },
    async (request) => {
      const id = pathId<AccountId>(request.params.id)
      const author = authorOf(request)
      const { account, roles } = await roleAssignment.assign(id, request.body.roles, author)
      return assignedView(account, roles)
    },
  )
}
