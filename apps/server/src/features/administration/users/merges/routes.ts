import type { App } from '../../../../platform/http/app.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { changesLimit } from '../answer.ts'
import { UserParams } from '../schema.ts'
import { notMergeable } from './model.ts'
import { MergeBody, MergeView, mergeView } from './schema.ts'
import type { MergeService } from './service.ts'

export interface MergeRoutesOptions {
  readonly merges: MergeService
}

export function mergeRoutes(app: App, { merges }: MergeRoutesOptions): void {
  app.post(
    '/v1/users/:id/merge',
    {
      config: {
        access: { permission: 'users:delete' },
        freshSession: true,
        limit: changesLimit,
        problems: [forbidden, notFound, notMergeable],
      },
      schema: {
        operationId: 'mergeUsers',
        summary: 'Merge two accounts of one person',
        description:
          'The account of the address remains. It gets what it lacks, and the other one is erased. Passwords, user secrets and pictures do not move. All sessions of both end, and every contact of both is notified. Roles move too, for which the caller needs `roles:write`. A merge cannot be undone, so send it with `dry_run` first.',
        tags: ['Users'],
        params: UserParams,
        body: MergeBody,
        response: { 200: MergeView },
      },
    },
    async (request) => {
      const { source_id: sourceId, dry_run: isDryRun } = request.body
      const merge = { targetId: pathId<AccountId>(request.params.id), sourceId: sourceId as AccountId }
      const fields = isDryRun
        ? await merges.plan(merge, authorOf(request))
        : await merges.merge(merge, authorOf(request))
      return mergeView(fields, !isDryRun)
    },
  )
}
