import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { icon } from './icons.ts'
import type { PageView } from './view.ts'

export const passkeyScript = 'passkey.js'

export interface PasskeyForm {
  /** What the browser is asked for. */
  readonly use: 'sign_in' | 'factor' | 'confirm' | 'add'
  readonly action: string
  readonly button: string
  readonly isMain: boolean
  /** More fields. */
  readonly fields?: Insertion
  /** The page that asks for a fresh second factor, if the server wants one. */
  readonly confirmAddress?: string
}

/**
 * A button for which the browser asks for a passkey. Script fills in what the browser answers. There are no passkeys without
 * script, so the form is hidden then.
 */
export function passkeyForm(view: PageView, form: PasskeyForm): Html {
  const say = view.language.sentences('passkey')
  const { action, button, confirmAddress, fields, isMain, use } = form
  return html`<form class="stack" method="post" action="${action}" data-passkey="${use}"${confirmAddress !== undefined && html` data-confirm="${confirmAddress}"`} hidden>
${fields}<button class="btn ${isMain ? 'btn-primary' : 'btn-secondary'} btn-block" data-busy="${view.language.sentences('page')('busy')}">${icon('passkey')}${button}</button>
<p class="hint" role="status" data-failed="${say('failed')}"></p>
</form>
`
}

/** For a reader without script, or whose browser has no passkeys. Script removes it. */
export function noPasskeysHint(view: PageView): Html {
  return html`<p class="hint" data-no-passkeys>${view.language.sentences('passkey')('no_script')}</p>\n`
}
