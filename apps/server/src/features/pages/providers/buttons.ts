import { html, type Insertion } from '../../../platform/html/html.ts'
import type { PublicProvider } from '../../authentication/federation/model.ts'
import { icon } from '../frame/icons.ts'
import { providerPath } from '../frame/paths.ts'
import type { PageView } from '../frame/view.ts'

/**
 * A link for each provider. They are links, and not buttons of a form: a browser would apply the policy for forms of this
 * page to the address of the provider (CSP 3 §6.4.2).
 */
export function providerButtons(
  { language }: PageView,
  providers: readonly PublicProvider[],
  returnTo: string | null,
): Insertion {
  if (providers.length === 0) return null
  const say = (name: string) =>
    language.markup('federation')('continue', { provider: html`<bdi>${name}</bdi>` })
  return html`<div class="or">${language.sentences('federation')('or')}</div>
<div class="ways">
${providers.map(
  ({ id, name }) =>
    html`<a class="btn btn-secondary btn-block" href="${providerPath(id, returnTo)}" rel="nofollow">${icon('person')}<span>${say(name)}</span></a>\n`,
)}</div>
`
}
