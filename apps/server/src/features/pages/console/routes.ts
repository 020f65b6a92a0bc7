import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { html } from '../../../platform/html/html.ts'
import { sitePage } from '../../../platform/html/site-page.ts'
import type { App } from '../../../platform/http/app.ts'
import { pageConfig, pageMediaType } from '../../../platform/http/pages.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { type Assets, assetPath } from '../frame/assets.ts'
import { ConsoleFiles } from './files.ts'
import { consolePath, consolePolicy, newNonce, noncePlaceholder, stylesPlaceholder } from './policy.ts'

export interface ConsoleRoutesOptions {
  readonly serviceName: string
  readonly assets: Assets
  /** Where the build of the console is. */
  readonly folder?: URL
}

const builtFolder = new URL('../../../../../console/dist/', import.meta.url)

/**
 * Serves the administration console: the same page at every address below `/console`, so that a link to one of its
 * views works, and its files. It has no data of its own: it calls the API with the session of the administrator.
 */
export function consoleRoutes(
  app: App,
  { serviceName, assets, folder = builtFolder }: ConsoleRoutesOptions,
): void {
  const files = new ConsoleFiles(folder)
  addFiles(app, files)
  for (const path of [consolePath, `${consolePath}/*`])
    app.get(
      path,
      { config: { access: 'public', ...pageConfig }, schema: { hide: true } },
      async (_, reply) => {
        const shell = await files.shell()
        reply.type(pageMediaType)
        if (shell === null) return reply.code(503).send(notBuiltPage(serviceName))
        const nonce = newNonce()
        return reply
          .header('content-security-policy', consolePolicy(nonce))
          .send(filled(shell, nonce, assets))
      },
    )
}

/** The console has the style of the pages, so that it has the brand of the service too. */
function filled(shell: string, nonce: string, assets: Assets): string {
  return shell
    .replaceAll(noncePlaceholder, nonce)
    .replaceAll(stylesPlaceholder, assetPath(assets, 'pages.css'))
}

function addFiles(app: App, files: ConsoleFiles): void {
  // The name of a file changes with its content.
  const config = { access: 'public', cache: { maxAgeSeconds: 31_536_000, isImmutable: true } } as const
  const params = Type.Object({ name: Type.String({ maxLength: 200 }) })
  app.get(
    `${consolePath}/assets/:name`,
    { config, schema: { hide: true, params } },
    async (request, reply) => {
      const file = await files.file(request.params.name, codingsOf(request))
      if (file === null) throw new Failure(notFound)
      if (file.coding !== null) reply.header('content-encoding', file.coding)
      return reply.header('vary', 'accept-encoding').type(file.mediaType).send(file.content)
    },
  )
}

/** The codings that the client accepts. It refuses one with a weight of 0 (RFC 9110 §12.5.3). */
function codingsOf({ headers }: FastifyRequest): string[] {
  const accepted = headers['accept-encoding'] ?? ''
  return String(accepted)
    .split(',')
    .map((part) => part.toLowerCase().replaceAll(/\s/g, ''))
    .filter((part) => !/;q=0(?:\.0*)?$/.test(part))
    .map((part) => part.split(';')[0] ?? '')
}

function notBuiltPage(serviceName: string): string {
  return sitePage({
    title: 'Console',
    serviceName,
    body: html`<h1>The console is not built</h1>
<p>The server works without it: everything that the console does, the API does too.</p>
<p>To build the console, install its packages and build it, in the folder of Proxima:</p>
<pre>npm ci
npm run build --workspace=@proxima/console</pre>
<p>Then load this page again.</p>`,
  })
}
