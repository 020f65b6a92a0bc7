import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { limitOf } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { PrivateDetailsService } from '../../../users/accounts/private-details/service.ts'
import {
  ManagedUserDetailsView,
  ManagedUsersView,
  managedUserDetailsView,
  managedUserView,
  UserParams,
} from '../schema.ts'
import { csvOf } from './csv.ts'
import { countedMax } from './model.ts'
import {
  FilterQuery,
  searchKeyOf,
  toDirection,
  toFilter,
  UserCountView,
  UsersQuery,
  userCountView,
} from './schema.ts'
import type { UserSearchService } from './service.ts'

export interface UserSearchRoutesOptions {
  readonly userSearch: UserSearchService
  readonly privateDetails: Pick<PrivateDetailsService, 'open'>
  readonly cursors: Cursors
  readonly defaultRegion: string | null
}

const tags = ['Users']
const exampleCsv = '"id","username"\r\n"01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10","amina"\r\n'
/** Each call reads thousands of accounts. */
const countLimit = { name: 'users-count', quota: 300, windowSeconds: 300 }
/** Each call reads the whole table. */
const exportLimit = { name: 'users-export', quota: 30, windowSeconds: 3_600 }

export function userSearchRoutes(app: App, options: UserSearchRoutesOptions): void {
  listRoute(app, options)
  countRoute(app, options)
  exportRoute(app, options)
  showRoute(app, options)
}

function listRoute(app: App, { userSearch, cursors, defaultRegion }: UserSearchRoutesOptions): void {
  app.get(
    '/v1/users',
    {
      config: { access: { permission: 'users:read' } },
      schema: {
        operationId: 'listUsers',
        summary: 'Search for users',
        description:
          'Without parameters, lists all users, newest first. To get the next page, pass `next_cursor` as `cursor` with the same parameters.',
        tags,
        querystring: UsersQuery,
        response: { 200: ManagedUsersView },
      },
    },
    async (request) => {
      const { query } = request
      const context = { list: 'users', owner: `${currentCaller(request).accountId} ${searchKeyOf(query)}` }
      const after = query.cursor === undefined ? null : (cursors.read(query.cursor, context) as AccountId)
      const page = { after, direction: toDirection(query), limit: limitOf(query) }
      const { users, next } = await userSearch.list(toFilter(query, defaultRegion), page)
      return {
        data: users.map(managedUserView),
        next_cursor: next === null ? null : cursors.write(next, context),
      }
    },
  )
}

function countRoute(app: App, { userSearch, defaultRegion }: UserSearchRoutesOptions): void {
  app.get(
    '/v1/users/count',
    {
      config: { access: { permission: 'users:read' }, limit: countLimit },
      schema: {
        operationId: 'countUsers',
        summary: 'Count users',
        description: `Takes the filters of the list. Counts at most ${countedMax} users: with more, \`is_exact\` is false.`,
        tags,
        querystring: FilterQuery,
        response: { 200: UserCountView },
      },
    },
    async (request) => userCountView(await userSearch.count(toFilter(request.query, defaultRegion))),
  )
}

function exportRoute(app: App, { userSearch, defaultRegion }: UserSearchRoutesOptions): void {
  app.get(
    '/v1/users/export',
    {
      config: { access: { permission: 'users:export' }, freshSession: true, limit: exportLimit },
      schema: {
        operationId: 'exportUsers',
        summary: 'Export users as CSV',
        description:
          'Takes the filters of the list. The rows are in the order of creation. A cell that a spreadsheet could take for a formula begins with an apostrophe.',
        tags,
        querystring: FilterQuery,
        response: {
          200: {
            description: 'One line for each user, after a line with the names of the columns',
            content: { 'text/csv': { schema: Type.String({ format: 'binary' }), example: exampleCsv } },
          },
        },
      },
    },
    async (request, reply) => {
      const filter = toFilter(request.query, defaultRegion)
      const pages = await userSearch.export(filter, contextOf(request))
      return attach(reply, csvOf(pages))
    },
  )
}

// Reads the accounts only as fast as the client takes them. If reading fails, the server aborts the connection, so that
// the client does not mistake a part for the whole.
function attach(reply: FastifyReply, bytes: AsyncIterable<Uint8Array>) {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="users.csv"')
    .send(Readable.from(bytes, { objectMode: false }))
}

function showRoute(app: App, { userSearch, privateDetails }: UserSearchRoutesOptions): void {
  app.get(
    '/v1/users/:id',
    {
      config: { access: { permission: 'users:read' }, problems: [notFound] },
      schema: {
        operationId: 'getUser',
        summary: 'Show a user',
        description: 'Address and national id are shown only to callers with the permission `users:private`.',
        tags,
        params: UserParams,
        response: { 200: ManagedUserDetailsView },
      },
    },
    async (request) => {
      const user = await userSearch.get(pathId(request.params.id))
      const maySeeDetails = currentCaller(request).permissions.includes('users:private')
      return managedUserDetailsView(user, maySeeDetails ? privateDetails.open(user.account) : null)
    },
  )
}
