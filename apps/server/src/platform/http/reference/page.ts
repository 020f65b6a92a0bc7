import { type Html, html } from '../../html/html.ts'
import { prose } from '../../html/parts.ts'
import { sitePage } from '../../html/site-page.ts'
import { type OpenApi, type Operation, operationsOf } from './document.ts'
import { operationSection } from './operations.ts'
import { schemaSection } from './schemas.ts'

export const scriptPath = '/docs/reference.js'
export const stylePath = '/docs/reference.css'

const head = html`
<link rel="stylesheet" href="${stylePath}">
<script type="module" src="${scriptPath}"></script>`

/** The API reference: every call, with a form that sends it, and every type. */
export function referencePage(document: OpenApi, { serviceName }: { readonly serviceName: string }): string {
  const operations = operationsOf(document)
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ tags }) => tags.includes(tag.name)),
  }))
  const schemas = Object.entries(document.components.schemas)
  return sitePage({
    title: 'API reference',
    serviceName,
    head,
    body: html`<div class="reference">
<nav class="contents" aria-label="Calls">
${groups.map((group) => html`<strong>${group.name}</strong>\n${linksTo(group.operations)}`)}<a href="#types">Types</a>
</nav>
<div>
<h1>${document.info.title}</h1>
<p class="muted">Version ${document.info.version}, <a href="/openapi.json">OpenAPI document</a></p>
${prose(document.info.description)}${credentialForm}${groups.map(
  ({ name, description, operations: calls }) =>
    html`<h2>${name}</h2>\n${prose(description)}${calls.map(operationSection)}`,
)}<h2 id="types">Types</h2>
<p>Later versions may add fields to an answer.</p>
${schemas.map(([name, schema]) => schemaSection(name, schema))}</div>
</div>`,
  })
}

function linksTo(operations: readonly Operation[]): Html {
  return html`<ul>
${operations.map(({ operationId, summary }) => html`<li><a href="#${operationId}">${summary}</a></li>\n`)}</ul>
`
}

/** The credential stays in the page, and is gone when it is closed. */
const credentialForm = html`<div class="try">
<label for="credential">Credential for the calls that you try</label>
<input id="credential" autocomplete="off" spellcheck="false">
<p class="muted">An access token or a session code. A sign-in on this page fills it in. It is not stored.</p>
</div>
`
