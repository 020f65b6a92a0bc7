import { html } from '../../../../platform/html/html.ts'
import { icon } from '../../frame/icons.ts'
import type { SecurityPart } from '../security/page.ts'
import { logPath } from './page.ts'

/** The card that leads to the security log. */
export const logPart: SecurityPart = ({ view: { language } }) => {
  const say = language.sentences('log_pane')
  return Promise.resolve(html`<section class="card">
<a class="row row-link" href="${logPath}"><span class="disc">${icon('clock')}</span><span class="row-main"><span class="row-title">${say('title')}</span><span class="row-note">${say('intro')}</span></span>${icon('forward')}</a>
</section>
`)
}
