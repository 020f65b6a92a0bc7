import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import type { App } from '../../../platform/http/app.ts'
import { asFailure, noteRefusal, setRefusalHeaders } from '../../../platform/http/errors.ts'
import { parseForm } from '../../../platform/http/form-body.ts'
import { setStrictHeaders } from '../../../platform/http/headers.ts'
import { pageMediaType } from '../../../platform/http/pages.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { readBody } from '../../../platform/http/read-body.ts'
import { assertSameOrigin } from '../../../platform/http/same-origin.ts'
import { clearSessionCookie, readSessionCookie } from '../../../platform/http/session-cookie.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import {
  impersonationForbidden,
  stepUpRequired,
  verificationRequired,
} from '../../../platform/kernel/problems.ts'
import { proofOfWorkRequired } from '../../safeguards/proof-of-work/model.ts'
import { icon } from './icons.ts'
import { keptInputs } from './kept-inputs.ts'
import { tooManyAlert } from './parts.ts'
import { confirmPath, contactsPath, signInPath } from './paths.ts'
import { taskPage } from './task-page.ts'
import { type PageView, type ViewOptions, viewOf } from './view.ts'
import { viewingRefusalPage } from './viewing.ts'
import { workPage } from './work-page.ts'

export interface RefusalOptions extends ViewOptions {
  readonly setHeaders: (request: FastifyRequest, reply: FastifyReply) => void
  readonly publicUrl: () => string
}

/** Answers the refusals of these routes with pages on which people can act. The cause is logged, never shown. */
export function answerRefusals(pages: App, options: RefusalOptions): void {
  pages.setErrorHandler(async (error, request, reply) => {
    const failure = asFailure(error)
    noteRefusal(failure, reply)
    const elsewhere = detourOf(failure, request)
    if (elsewhere !== null && request.method === 'GET') return await reply.redirect(elsewhere, 303)
    const status = statusByKind[failure.problem.kind]
    setRefusalHeaders(reply, failure, status)
    setStrictHeaders(reply)
    options.setHeaders(request, reply)
    if (isSignedOut(failure) && readSessionCookie(request) !== null) clearSessionCookie(reply)
    const view = viewOf(request, options)
    const kept = isResumable(failure) ? await keptFields(view, request, options.publicUrl()) : null
    const text = refusalPage(view, { failure, request, kept })
    return await reply.code(status).type(pageMediaType).send(text)
  })
}

/** The page on which the reader can do what is missing, and which leads back; null if there is none. */
function detourOf(failure: Failure, request: FastifyRequest): string | null {
  const back = `?return_to=${encodeURIComponent(request.url)}`
  if (isSignedOut(failure)) return `${signInPath}${back}`
  if (failure.problem === verificationRequired) return contactsPath
  return failure.problem === stepUpRequired ? `${confirmPath}${back}` : null
}

function isResumable(failure: Failure): boolean {
  return (
    isSignedOut(failure) ||
    [stepUpRequired, proofOfWorkRequired].includes(failure.problem) ||
    failure.problem.kind === 'too_many'
  )
}

function isSignedOut({ problem }: Failure): boolean {
  return problem.kind === 'unauthenticated'
}

interface Refused {
  readonly failure: Failure
  readonly request: FastifyRequest
  /** The fields of the form, to be sent again; null if the request was not a form of this server. */
  readonly kept: Insertion
}

function refusalPage(view: PageView, { failure, request, kept }: Refused): string {
  const say = view.language.sentences('problem')
  if (isSignedOut(failure))
    return resumePage(view, request, { sentence: 'signed_out', path: signInPath, kept })
  if (failure.problem === impersonationForbidden) return viewingRefusalPage(view)
  if (failure.problem === stepUpRequired)
    return resumePage(view, request, { sentence: 'confirm', path: confirmPath, kept })
  if (failure.problem === proofOfWorkRequired) return workPage(view, { failure, address: request.url, kept })
  switch (failure.problem.kind) {
    case 'forbidden':
      return problemPage(view, request, say('refused'), say('refused_next'))
    case 'not_found':
    case 'method_not_allowed':
      return problemPage(view, request, say('not_found'), say('not_found_next'))
    case 'too_many':
      return waitPage(view, { failure, request, kept })
    case 'internal':
    case 'unavailable':
    case 'timed_out':
      return problemPage(view, request, say('our_fault'), say('our_fault_next'))
    default:
      return problemPage(view, request, say('wrong_form'), say('wrong_form_next'))
  }
}

/** For an address that does not exist. */
export function notFoundPage(view: PageView, request: FastifyRequest): string {
  const say = view.language.sentences('problem')
  return problemPage(view, request, say('not_found'), say('not_found_next'))
}

/** A way out, and what the operator asks for. */
function problemEnd({ language }: PageView, request: FastifyRequest): Html {
  const say = language.sentences('page')
  return html`<a class="btn btn-primary btn-block" href="/account">${say('to_account')}</a>
<p class="ref">${say('reference')} <code>${request.id}</code></p>
`
}

function problemPage(view: PageView, request: FastifyRequest, title: string, next: string): string {
  return taskPage(view, {
    title,
    hasError: true,
    body: html`<div class="done">
<span class="disc disc-l disc-warn">${icon('alert')}</span>
<h1>${title}</h1>
<p class="lead">${next}</p>
${problemEnd(view, request)}</div>`,
  })
}

/**
 * Lets the reader sign in or confirm in another window and then send the same form again, so that nothing that they typed
 * is lost.
 */
function resumePage(
  view: PageView,
  request: FastifyRequest,
  {
    sentence,
    path,
    kept,
  }: { readonly sentence: 'signed_out' | 'confirm'; readonly path: string; readonly kept: Insertion },
): string {
  const say = view.language.sentences('problem')
  const title = say(sentence)
  return taskPage(view, {
    title,
    hasError: true,
    body: html`<h1>${title}</h1>
<p class="lead">${say(`${sentence}_next`)}</p>
<p class="stack"><a class="btn btn-primary btn-block" href="${path}" target="_blank" rel="noopener">${say(`${sentence}_button`)}</a></p>
${kept !== null && againForm(view, request, kept)}`,
  })
}

/** After too many requests. What was typed can be sent again when the wait is over. */
function waitPage(view: PageView, { failure, request, kept }: Refused): string {
  const { language } = view
  const { title, text } = tooManyAlert(language, failure)
  const waits = html` data-waits="${language.sentences('page')('again_in', { time: '{time}' })}"`
  return taskPage(view, {
    title,
    hasError: true,
    body: html`<h1>${title}</h1>
<p class="lead">${text}</p>
${kept === null ? problemEnd(view, request) : html`<p class="lead">${language.sentences('problem')('too_many_kept')}</p>\n${againForm(view, request, kept, waits)}`}`,
  })
}

function againForm(view: PageView, request: FastifyRequest, kept: Insertion, waits: Insertion = null): Html {
  return html`<form class="stack" method="post" action="${request.url}">
${kept}<button class="btn btn-secondary btn-block"${waits}>${view.language.sentences('page')('send_again')}</button>
</form>`
}

/**
 * Only of a form of this server. Otherwise a page of another site could fill in the form that its visitor then sends
 * again from here, with their cookie (A49, ASVS 3.5.1).
 */
async function keptFields(view: PageView, request: FastifyRequest, publicUrl: string): Promise<Insertion> {
  try {
    assertSameOrigin(request, { publicUrl, unstated: 'refused' })
    // A file cannot be written into a page.
    if (request.body === undefined && !isForm(request)) return null
    return keptInputs(view, await formOf(request))
  } catch {
    // The reason of the refusal matters more than a form that cannot be read.
    return null
  }
}

/** Who calls is decided before the body is read, so that of a refused caller is read here. */
async function formOf(request: FastifyRequest): Promise<unknown> {
  if (request.body !== undefined || !isForm(request)) return request.body
  return parseForm(await readBody(request, request.raw), keptFieldsMax)
}

const keptFieldsMax = 40

function isForm({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
}
