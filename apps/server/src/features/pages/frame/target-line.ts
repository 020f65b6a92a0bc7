import { html, type Insertion } from '../../../platform/html/html.ts'
import type { PageView } from './view.ts'

export interface Target {
  /** The address to which a task leads back; null for the account. */
  readonly returnTo: string | null
  /** The origin of this server. */
  readonly ownOrigin: string
}

/** The other service to which a task leads, if it is one. */
export function targetLine({ language }: PageView, { returnTo, ownOrigin }: Target): Insertion {
  if (returnTo === null) return null
  const { host, origin } = new URL(returnTo)
  if (origin === ownOrigin) return null
  const name = html`<b class="ltr">${host}</b>`
  return html`<p class="to"><span>${language.markup('sign_in')('to_continue', { target: name })}</span></p>\n`
}
