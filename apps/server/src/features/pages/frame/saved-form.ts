import { type Html, html } from '../../../platform/html/html.ts'
import type { Language } from '../../languages/model.ts'

/** Leads on from something that is shown once, when the reader says that they have kept it. */
export function savedForm(language: Language, nextAddress: string): Html {
  const [path = '', query = ''] = nextAddress.split('?', 2)
  // A form replaces the query of its address with its fields (HTML §4.10.21.3).
  const kept = [...new URLSearchParams(query)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
  return html`<form class="stack" method="get" action="${path}">
${kept}<div class="check"><input type="checkbox" id="saved" required><label for="saved">${language.sentences('once')('saved')}</label></div>
<button class="btn btn-primary btn-block">${language.sentences('page')('continue')}</button>
</form>
`
}
