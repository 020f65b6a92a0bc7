import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { limitOf, listPage } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import type { UserJobId } from '../../../../platform/kernel/ids.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { credentialOf } from './model.ts'
import {
  CreateJobBody,
  JobItemsQuery,
  JobItemsView,
  JobParams,
  JobView,
  jobItemView,
  jobView,
  toNewJob,
  toParameters,
} from './schema.ts'
import type { UserJobsService } from './service.ts'

export interface UserJobsRoutesOptions {
  readonly userJobs: UserJobsService
  readonly cursors: Cursors
  readonly defaultRegion: string | null
}

const tags = ['Users']
/** Each may name very many accounts. */
const jobsLimit = { name: 'user-jobs', quota: 60, windowSeconds: 300 }
const access = { permission: 'users:write' } as const

export function userJobsRoutes(app: App, options: UserJobsRoutesOptions): void {
  createRoute(app, options)
  showRoutes(app, options)
}

function createRoute(app: App, { userJobs, defaultRegion }: UserJobsRoutesOptions): void {
  app.post(
    '/v1/user-jobs',
    {
      config: {
        access,
        freshSession: true,
        limit: jobsLimit,
        problems: [forbidden],
        checkRules: (body) => userJobs.checkParameters(toParameters(body as CreateJobBody)),
      },
      schema: {
        operationId: 'createUserJob',
        summary: 'Do one action to many users',
        description:
          'The server does it in the background, to one account after the other. Each is treated as if you had done it alone: it needs the same permission, obeys rank, and has its own audit event.',
        tags,
        headers: IdempotencyHeaders,
        body: CreateJobBody,
        response: { 202: JobView },
      },
    },
    async (request, reply) => {
      const newJob = toNewJob(request.body, defaultRegion)
      const credential = credentialOf(currentCaller(request))
      const job = await userJobs.create(newJob, authorOf(request), idempotencyKey(request), credential)
      return reply.code(202).send(jobView(job))
    },
  )
}

function showRoutes(app: App, { userJobs, cursors }: UserJobsRoutesOptions): void {
  app.get(
    '/v1/user-jobs/:id',
    {
      config: { access, problems: [notFound] },
      schema: {
        operationId: 'getUserJob',
        summary: 'Show the progress of a job',
        description: 'A job and its report are kept for 30 days.',
        tags,
        params: JobParams,
        response: { 200: JobView },
      },
    },
    async (request) => jobView(await userJobs.get(pathId(request.params.id))),
  )

  app.get(
    '/v1/user-jobs/:id/items',
    {
      config: { access, problems: [notFound] },
      schema: {
        operationId: 'listUserJobItems',
        summary: 'Show the report of a job',
        description: 'The accounts in the order in which they are done, with the reason if one was skipped.',
        tags,
        params: JobParams,
        querystring: JobItemsQuery,
        response: { 200: JobItemsView },
      },
    },
    async (request) => {
      const { query } = request
      const id = pathId<UserJobId>(request.params.id)
      const outcome = query.outcome ?? null
      const owner = `${currentCaller(request).accountId} ${id} ${outcome ?? ''}`
      const context = { list: 'user-job-items', owner }
      const after = query.cursor === undefined ? -1 : Number(cursors.read(query.cursor, context))
      const limit = limitOf(query)
      const found = await userJobs.listItems(id, { after, limit: limit + 1, outcome })
      return listPage(found, {
        limit,
        view: jobItemView,
        cursorAfter: (last) => cursors.write(String(last.position), context),
      })
    },
  )
}
