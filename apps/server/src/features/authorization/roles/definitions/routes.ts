import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { limitOf, listPage, PageQuery } from '../../../../platform/http/paging.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../answer.ts'
import { roleInUse, roleTaken } from '../model.ts'
import { readNewRole, readRolePatch } from './input.ts'
import { NewRoleBody, PatchRoleBody, RoleParams, RolesView, RoleView, roleView } from './schema.ts'
import type { RoleDefinitions } from './service.ts'

export interface RolesRoutesOptions {
  readonly roleDefinitions: RoleDefinitions
  readonly cursors: Cursors
}

/** Far more than a person or a deployment changes, and too few to fill the audit trail (I13). */
const changeLimit = { name: 'roles', quota: 300, windowSeconds: 300 }

const tags = ['Administration']
const read = { access: { permission: 'roles:read' } } as const
const write = { access: { permission: 'roles:write' }, freshSession: true, limit: changeLimit } as const

/** The list belongs to no one: everyone who may read it reads the same. */
const list = { list: 'roles', owner: '' }

export function rolesRoutes(app: App, options: RolesRoutesOptions): void {
  readRoutes(app, options)
  createRoute(app, options)
  changeRoutes(app, options)
}

function readRoutes(app: App, { roleDefinitions, cursors }: RolesRoutesOptions): void {
  app.get(
    '/v1/roles',
    {
      config: read,
      schema: {
        operationId: 'listRoles',
        summary: 'List the roles, by name',
        description: 'To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: RolesView },
      },
    },
    async ({ query }) => {
      const after = query.cursor === undefined ? '' : cursors.read(query.cursor, list)
      const limit = limitOf(query)
      const found = await roleDefinitions.list({ after, limit: limit + 1 })
      return listPage(found, {
        limit,
        view: roleView,
        cursorAfter: (last) => cursors.write(last.name, list),
      })
    },
  )

  app.get(
    '/v1/roles/:name',
    {
      config: { ...read, problems: [notFound] },
      schema: {
        operationId: 'getRole',
        summary: 'Show a role',
        description: 'With all of its permissions.',
        tags,
        params: RoleParams,
        response: { 200: RoleView },
      },
    },
    async ({ params }) => roleView(await roleDefinitions.get(params.name)),
  )
}

function createRoute(app: App, { roleDefinitions }: RolesRoutesOptions): void {
  app.post(
    '/v1/roles',
    {
      config: { ...write, problems: [roleTaken], checkRules: (body) => readNewRole(body as NewRoleBody) },
      schema: {
        operationId: 'createRole',
        summary: 'Create a role',
        description:
          'You can only put permissions into it that you have yourself. An administrator has all of them, and can also define new ones for applications.',
        tags,
        headers: IdempotencyHeaders,
        body: NewRoleBody,
        response: { 201: RoleView },
      },
    },
    async (request, reply) => {
      const role = await roleDefinitions.createOnce(request.body, authorOf(request), idempotencyKey(request))
      return reply.code(201).send(roleView(role))
    },
  )
}

function changeRoutes(app: App, { roleDefinitions }: RolesRoutesOptions): void {
  app.patch(
    '/v1/roles/:name',
    {
      config: {
        ...write,
        problems: [notFound],
        checkRules: (body) => readRolePatch(body as PatchRoleBody),
      },
      schema: {
        operationId: 'patchRole',
        summary: 'Change a role',
        description:
          'Everyone who has the role has the new permissions at once. A service that checks access tokens itself sees them when the token is replaced. You can only add and remove permissions that you have yourself.',
        tags,
        params: RoleParams,
        body: PatchRoleBody,
        response: { 200: RoleView },
      },
    },
    async (request) =>
      roleView(await roleDefinitions.update(request.params.name, request.body, authorOf(request))),
  )

  app.delete(
    '/v1/roles/:name',
    {
      config: { ...write, problems: [notFound, roleInUse] },
      schema: {
        operationId: 'deleteRole',
        summary: 'Delete a role',
        description: 'Also takes the role from every account that has it.',
        tags,
        params: RoleParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await roleDefinitions.delete(request.params.name, authorOf(request))
      return reply.code(204).send(null)
    },
  )
}
