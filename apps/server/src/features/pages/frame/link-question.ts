import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Html, html } from '../../../platform/html/html.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { sendPage } from './hosted-pages.ts'
import { answerLink } from './link-routes.ts'
import { linkForm } from './links.ts'
import { submitButton } from './parts.ts'
import { taskPage } from './task-page.ts'
import { type PageView, type ViewOptions, viewOf } from './view.ts'

/** A link that does something. Its page asks first, and the form of the page does it (A90). */
export interface LinkQuestion {
  /** What the reader of a link that does not work can do. */
  readonly unusableNext: (view: PageView) => string
  /** @throws `code_invalid`, `code_expired` */
  readonly check: (token: string) => Promise<unknown>
  readonly question: (view: PageView, token: string) => string
  /** @returns the page that says what was done @throws `code_invalid`, `code_expired` */
  readonly act: (view: PageView, token: string, context: RequestContext) => Promise<string>
}

/** What its two routes do. */
export interface LinkHandlers {
  open(request: FastifyRequest, reply: FastifyReply, token: string | undefined): Promise<FastifyReply>
  send(request: FastifyRequest, reply: FastifyReply, token: string): Promise<FastifyReply>
}

export function linkQuestion(options: ViewOptions, link: LinkQuestion): LinkHandlers {
  return {
    open: async (request, reply, token = '') => {
      const view = viewOf(request, options)
      return await answerLink(reply, view, link.unusableNext(view), async () => {
        await link.check(token)
        return await sendPage(reply, link.question(view, token))
      })
    },
    send: async (request, reply, token) => {
      const view = viewOf(request, options)
      return await answerLink(reply, view, link.unusableNext(view), async () =>
        sendPage(reply, await link.act(view, token, contextOf(request))),
      )
    },
  }
}

export interface LinkQuestionPage {
  readonly path: string
  readonly token: string
  readonly title: string
  readonly question: string
  readonly text: string
  /** What happens then, one thing after the other; empty if the text says it all. */
  readonly effects?: readonly string[]
  /** What the reader has to type. */
  readonly fields?: Html
  readonly button: string
}

/** The page of a link that asks first. */
export function linkQuestionPage(view: PageView, page: LinkQuestionPage): string {
  const { path, token, title, question, text, effects = [], fields, button } = page
  const body = html`${fields}${submitButton(view.language, button)}\n`
  return taskPage(view, {
    title,
    body: html`<h1>${question}</h1>
<p class="lead">${text}</p>
${effects.length > 0 && effectsList(effects)}${linkForm(view, { path, token, body })}`,
  })
}

function effectsList(effects: readonly string[]): Html {
  return html`<ul class="points">
${effects.map((effect) => html`<li>${effect}</li>\n`)}</ul>
`
}
