import { readFile } from 'node:fs/promises'
import type { App } from '../app.ts'
import type { ApiDescription } from '../openapi.ts'
import { pageMediaType } from '../pages.ts'
import type { OpenApi } from './document.ts'
import { referencePage, scriptPath, stylePath } from './page.ts'

// The page loads its script and its style from this server, and calls no other.
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** They change only with the version of the server. */
const config = { access: 'public', cache: { maxAgeSeconds: 300 }, isPublicDocument: true } as const

/** Adds the API reference at `/docs`. */
export function addReference(
  app: App,
  { document }: Pick<ApiDescription, 'document'>,
  options: { readonly serviceName: string },
): void {
  let page: string | null = null
  app.get(
    '/docs',
    { config: { ...config, contentSecurityPolicy }, schema: { hide: true } },
    async (_, reply) => {
      page ??= referencePage((await document()) as OpenApi, options)
      return reply.type(pageMediaType).send(page)
    },
  )
  const script = new URL('./reference.js', import.meta.url)
  addFile(app, scriptPath, { file: script, mediaType: 'text/javascript; charset=utf-8' })
  const style = new URL('./reference.css', import.meta.url)
  addFile(app, stylePath, { file: style, mediaType: 'text/css; charset=utf-8' })
}

function addFile(
  app: App,
  path: string,
  { file, mediaType }: { readonly file: URL; readonly mediaType: string },
): void {
  app.get(path, { config, schema: { hide: true } }, async (_, reply) =>
    reply.type(mediaType).send(await readFile(file)),
  )
}
