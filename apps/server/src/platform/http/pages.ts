import { css, stylesheetPath } from '../html/style.ts'
import type { App } from './app.ts'

/** What a page of this server may load: its stylesheet and nothing else (ASVS 3.4.3). */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The config of a route that answers with a page. */
export const pageConfig = { contentSecurityPolicy } as const

export const pageMediaType = 'text/html; charset=utf-8'

export function addStylesheet(app: App): void {
  const config = { access: 'public', cache: { maxAgeSeconds: 300 } } as const
  app.get(stylesheetPath, { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(css),
  )
}
