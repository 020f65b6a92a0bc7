import type { App } from '../../../../platform/http/app.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { accountPath } from '../../frame/paths.ts'
import { type AccountPagesOptions, type Reader, readerOf } from '../reader.ts'
import { type CheckUpOptions, checksOf } from '../security/check-up.ts'
import { type Overview, overviewPage } from './page.ts'

export interface OverviewPagesOptions extends AccountPagesOptions, CheckUpOptions {
  readonly sessions: Pick<SessionsService, 'list'>
}

const shownSessions = 3

export function overviewPages(app: App, options: OverviewPagesOptions): void {
  app.get(
    accountPath,
    { config: { access: 'user', openToUnverified: true, openToImpersonators: true }, schema: { hide: true } },
    async (request, reply) => {
      const reader = readerOf(request, options)
      const overview = reader.mustVerify ? null : await overviewOf(reader, options)
      return await sendPage(reply, overviewPage(reader, overview))
    },
  )
}

async function overviewOf(reader: Reader, options: OverviewPagesOptions): Promise<Overview> {
  // What an owner should do is no business of an administrator who looks at the account.
  const checks = reader.viewing === null ? await checksOf(reader, options) : []
  const sessions = await options.sessions.list(reader.user.accountId, { before: null, limit: shownSessions })
  return { missing: checks.find(({ isDone }) => !isDone) ?? null, sessions }
}
