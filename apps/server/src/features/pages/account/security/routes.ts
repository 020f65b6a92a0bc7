import type { App } from '../../../../platform/http/app.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { securityPath } from '../../frame/paths.ts'
import { DoneQuery, doneAlert } from '../done.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { type SecurityPart, securityPage } from './page.ts'

export interface SecurityPagesOptions extends AccountPagesOptions {
  readonly securityParts: readonly SecurityPart[]
}

export function securityPages(app: App, { securityParts: parts, ...options }: SecurityPagesOptions): void {
  app.get(
    securityPath,
    { config: { access: 'user' }, schema: { hide: true, querystring: DoneQuery } },
    async (request, reply) => {
      const reader = readerOf(request, options)
      const alert = doneAlert(request.query.done, reader.view.language)
      return await sendPage(reply, await securityPage(reader, { parts, alert }))
    },
  )
}
