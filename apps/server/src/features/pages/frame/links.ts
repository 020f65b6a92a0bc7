import type { FastifyRequest } from 'fastify'
import { type Html, html } from '../../../platform/html/html.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { outcomePage, signInLink } from './outcome-page.ts'
import type { PageView } from './view.ts'

/** What the pages of the links in messages have in common. The token of a link is a secret (A86). */

/** True if the address contains the token of a link. */
export function hasLinkToken({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return queryOf(url).has('token')
}

export interface LinkForm {
  readonly path: string
  readonly token: string
  /** The name of the field for the token; `token` if it is absent. */
  readonly tokenName?: string
  readonly body: Html
}

/** The form of a page that a link opens. The token is the proof, so it needs no protection from other sites (A49). */
export function linkForm(view: PageView, { path, token, tokenName = 'token', body }: LinkForm): Html {
  return html`<form method="post" action="${inSameLanguage(view, path)}">
<input type="hidden" name="${tokenName}" value="${token}">
${body}</form>`
}

/** The language that the reader has chosen stays in the address, because the page of a link sets no cookies. */
function inSameLanguage({ address }: PageView, path: string): string {
  const lang = queryOf(address).get('lang')
  return lang === null ? path : `${path}?${new URLSearchParams({ lang }).toString()}`
}

function queryOf(address: string): URLSearchParams {
  return new URLSearchParams(address.split('?', 2)[1] ?? '')
}

/** True for a link that no longer works, or never did. */
export function isUnusable(error: unknown): error is Failure {
  return error instanceof Failure && [codeInvalid, codeExpired].includes(error.problem)
}

/** The page of such a link. `next` says what its reader can do. */
export function unusableLinkPage(view: PageView, failure: Failure, next: string): string {
  const say = view.language.sentences('link')
  return outcomePage(view, {
    tone: 'warn',
    title: say(failure.problem === codeExpired ? 'expired' : 'title'),
    text: next,
    next: signInLink(view),
  })
}
