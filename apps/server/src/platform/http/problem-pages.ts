import { type Html, html } from '../html/html.ts'
import { inline, prose, sample } from '../html/parts.ts'
import { sitePage } from '../html/site-page.ts'
import type { Problem } from '../kernel/failures.ts'
import type { App } from './app.ts'
import { exampleId } from './fields.ts'
import { exampleAnswer } from './openapi-problems.ts'
import { pageConfig, pageMediaType } from './pages.ts'
import { problemPath, problemsPath, statusByKind } from './problem.ts'

/** A call that may answer with a problem. */
export interface ReturningCall {
  readonly method: string
  readonly path: string
  /** Its place in the reference. */
  readonly operationId: string
}

/** A problem, with the calls that may answer with it. */
export interface DescribedProblem {
  readonly problem: Problem
  readonly calls: readonly ReturningCall[]
}

/** Adds a page for each problem, and a list of all. */
export function addProblemPages(
  app: App,
  problems: ReadonlyMap<string, DescribedProblem>,
  { serviceName, publicUrl }: { readonly serviceName: string; readonly publicUrl: () => string },
): void {
  const config = {
    access: 'public',
    cache: { maxAgeSeconds: 300 },
    isPublicDocument: true,
    ...pageConfig,
  } as const
  app.get(problemsPath, { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type(pageMediaType).send(problemIndex(problems.values(), serviceName)),
  )
  app.get<{ Params: { code: string } }>(
    problemPath(':code'),
    { config, schema: { hide: true } },
    async (request, reply) => {
      const described = problems.get(request.params.code)
      const page = { serviceName, publicUrl: publicUrl() }
      if (described !== undefined) return reply.type(pageMediaType).send(problemPage(described, page))
      if (request.headers.accept?.includes('text/html') !== true) return reply.callNotFound()
      return reply
        .code(404)
        .header('cache-control', 'no-store')
        .type(pageMediaType)
        .send(unknownProblemPage(serviceName))
    },
  )
}

interface PageContext {
  readonly serviceName: string
  readonly publicUrl: string
}

/** The page that the `type` of a problem leads to (RFC 9457 §3.1.1). */
export function problemPage(
  { problem, calls }: DescribedProblem,
  { serviceName, publicUrl }: PageContext,
): string {
  const { code, kind, title, advice, cause } = problem
  const answer = exampleAnswer(problem, { publicUrl, requestId: exampleId })
  return sitePage({
    title,
    serviceName,
    body: html`<h1>${title}</h1>
<p class="muted">Status ${statusByKind[kind]}, code <code>${code}</code></p>
<h2>Why it happens</h2>
${prose(cause ?? advice)}<h2>What to do</h2>
${prose(advice)}<h2>The answer</h2>
<p>Programs read <code>code</code>, which never changes. The texts are for people, and may change.</p>
${sample('An answer', JSON.stringify(answer, null, 2))}
<h2>Calls that answer with it</h2>
${callsOf(calls)}
<p><a href="${problemsPath}">All problems</a></p>`,
  })
}

function callsOf(calls: readonly ReturningCall[]): Html {
  if (calls.length === 0) return html`<p>Any request may get this answer.</p>`
  return html`<ul>
${calls.map(
  ({ method, path, operationId }) =>
    html`<li><a href="/docs#${operationId}"><code>${method} ${path}</code></a></li>\n`,
)}</ul>`
}

/** All problems, by status. */
function problemIndex(described: Iterable<DescribedProblem>, serviceName: string): string {
  const problems = [...described].map(({ problem }) => problem)
  const byStatus = Map.groupBy(problems, ({ kind }) => statusByKind[kind])
  const groups = [...byStatus].toSorted(([one], [other]) => one - other)
  return sitePage({
    title: 'Problems',
    serviceName,
    body: html`<h1>Problems</h1>
<p>A call that is refused or fails is answered with <code>application/problem+json</code> (RFC 9457). Its <code>code</code> is one of these:</p>
${groups.map(
  ([status, group]) => html`<h2>${status}</h2>
<dl>
${group.map(
  ({ code, title, advice }) =>
    html`<dt><a href="${problemPath(code)}"><code>${code}</code></a> ${title}</dt>\n<dd>${inline(advice)}</dd>\n`,
)}</dl>
`,
)}`,
  })
}

/** For an address under the problems that no problem has. */
function unknownProblemPage(serviceName: string): string {
  return sitePage({
    title: 'No such problem',
    serviceName,
    body: html`<h1>No such problem</h1>
<p>This server has no problem with this code. Perhaps another version has.</p>
<p><a href="${problemsPath}">All problems</a></p>`,
  })
}
