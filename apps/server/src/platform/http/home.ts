import { html } from '../html/html.ts'
import { sitePage } from '../html/site-page.ts'
import type { App } from './app.ts'
import { pageConfig, pageMediaType } from './pages.ts'
import { problemsPath } from './problem.ts'

export interface HomeOptions {
  readonly serviceName: string
  readonly version: string
}

interface Home extends HomeOptions {
  /** True in development: the server then shows the messages that it has written. */
  readonly hasOutbox: boolean
}

const guides = [
  ['browsers', 'signing in from a browser'],
  ['verify-tokens', 'checking access tokens in another service'],
  ['identifiers', 'usernames, email addresses and phone numbers'],
  ['credentials', 'changing how a user signs in'],
  ['contacts', 'confirming email addresses and phone numbers'],
  ['recovery', 'regaining access with a code'],
  ['profile', 'profiles and pictures'],
  ['leaving', 'data export, deletion, erasure'],
  ['mail', 'messages and strict privacy'],
  ['production', 'running it in production'],
] as const

/**
 * Adds `/`: a small page for people, who come here from the links in mails and from the start of the server, and a list
 * of addresses for programs.
 */
export function addHome(app: App, options: HomeOptions): void {
  const config = { access: 'public', cache: { maxAgeSeconds: 300 }, ...pageConfig } as const
  app.get('/', { config, schema: { hide: true } }, async (request, reply) => {
    reply.header('vary', 'accept')
    const isPerson = request.headers.accept?.includes('text/html') === true
    const home = { ...options, hasOutbox: app.hasRoute({ method: 'GET', url: '/outbox' }) }
    return isPerson ? reply.type(pageMediaType).send(homePage(home)) : description(home)
  })
}

function description({ serviceName, version, hasOutbox }: Home) {
  return {
    name: `${serviceName} accounts`,
    version,
    links: {
      reference: '/docs',
      openapi: '/openapi.json',
      problems: problemsPath,
      keys: '/.well-known/jwks.json',
      ...(hasOutbox && { outbox: '/outbox' }),
    },
  }
}

function homePage({ serviceName, version, hasOutbox }: Home): string {
  return sitePage({
    title: 'Accounts',
    serviceName,
    body: html`<h1>${serviceName} accounts</h1>
<p>This server keeps the user accounts of ${serviceName}.</p>
<p class="ways"><a class="way way-first" href="/sign-in">Sign in</a> <a class="way" href="/recover">Reset your password</a></p>
<article>
<h2>For developers</h2>
<ul>
<li><a href="/docs">API reference</a>, to read and to try out, and the <a href="/openapi.json">OpenAPI document</a> for generators</li>
<li><a href="${problemsPath}">Problems</a>: every error code, with its cause and what to do</li>
${hasOutbox && html`<li><a href="/outbox">Outbox</a>: the messages that the server has written. Only in development, and only on this machine.</li>\n`}</ul>
</article>
<article>
<h2>Guides</h2>
<p>They are in the folder <code>docs/guides</code> of the source of Proxima:</p>
<ul>
${guides.map(([name, about]) => html`<li><code>${name}.md</code>: ${about}</li>\n`)}</ul>
</article>
<p class="muted">Proxima ${version}</p>`,
  })
}
