import { readFileSync } from 'node:fs'
import type { App } from '../app.ts'
import { pageMediaType } from '../pages.ts'
import type { OpenApi } from './document.ts'
import { referencePage, scriptPath, stylePath } from './page.ts'

// The page loads its script and its style from this server, and calls no other.
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** They change only with the version of the server. */
const config = { access: 'public', cache: { maxAgeSeconds: 300 }, isPublicDocument: true } as const

/** Adds the API reference at `/docs`. */
export function addReference(app: App, options: { readonly serviceName: string }): void {
  let page: string | null = null
  app.get(
    '/docs',
    { config: { ...config, contentSecurityPolicy }, schema: { hide: true } },
    async (_, reply) => {
      page ??= referencePage(app.swagger() as unknown as OpenApi, options)
      return reply.type(pageMediaType).send(page)
    },
  )
  addFile(app, scriptPath, { name: 'reference.js', mediaType: 'text/javascript; charset=utf-8' })
  addFile(app, stylePath, { name: 'reference.css', mediaType: 'text/css; charset=utf-8' })
}

function addFile(
  app: App,
  path: string,
  { name, mediaType }: { readonly name: string; readonly mediaType: string },
): void {
  const content = readFileSync(new URL(name, import.meta.url), 'utf8')
  app.get(path, { config, schema: { hide: true } }, async (_, reply) => reply.type(mediaType).send(content))
}
