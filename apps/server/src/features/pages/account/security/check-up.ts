import { type Html, html } from '../../../../platform/html/html.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import type { OwnFactorsService } from '../../../self-service/factors/service.ts'
import { isVerified } from '../../../users/accounts/model.ts'
import { icon } from '../../frame/icons.ts'
import { contactsPath, securityPath } from '../../frame/paths.ts'
import { passwordPath } from '../password/page.ts'
import type { Reader } from '../reader.ts'
import type { SecurityPart } from './page.ts'

export interface CheckUpOptions {
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly ownFactors: Pick<OwnFactorsService, 'list'>
}

/** One thing that makes an account safe, and where to do it. */
export interface Check {
  readonly name: 'contact' | 'password' | 'factor'
  readonly isDone: boolean
  readonly path: string
}

/** The checks of an account, the most important first. */
export async function checksOf(
  { user }: Reader,
  { ownFactors, passwords }: CheckUpOptions,
): Promise<readonly Check[]> {
  const hasPassword = await passwords.hasPassword(user.accountId)
  const { factors } = await ownFactors.list(user.accountId)
  return [
    { name: 'contact', isDone: isVerified(user.account), path: contactsPath },
    { name: 'password', isDone: hasPassword, path: passwordPath },
    { name: 'factor', isDone: factors.length > 0, path: `${securityPath}#factors` },
  ]
}

/** What is done and what is missing. */
export function checkUp(options: CheckUpOptions): SecurityPart {
  return async (reader) => {
    const { language } = reader.view
    const say = language.sentences('security_pane')
    const checks = await checksOf(reader, options)
    const done = checks.filter(({ isDone }) => isDone).length
    const counts = { done: language.number(done), all: language.number(checks.length) }
    return html`<section class="card">
<div class="card-head between">
<div><h2>${say('check_up')}</h2><p>${say('checked', counts)}</p></div>
<progress class="progress-m" value="${done}" max="${checks.length}" aria-label="${say('check_up')}"></progress>
</div>
<ul class="rows">
${checks.map((check) => row(reader, check))}</ul>
</section>
`
  }
}

function row({ view }: Reader, { name, isDone, path }: Check): Html {
  const say = view.language.sentences('security_pane')
  const key = isDone ? (`${name}_done` as const) : (`${name}_missing` as const)
  return html`<li class="row">
<span class="disc ${isDone ? 'disc-ok' : 'disc-warn'}">${icon(isDone ? 'tick' : 'alert')}</span>
<div class="row-main">
<p class="row-title">${say(key)}</p>
<p class="row-note">${say(`${key}_next`)}</p>
</div>
${!isDone && html`<div class="row-end"><a class="btn btn-primary btn-s" href="${path}">${say('do_it')}<span class="sr"> ${say(key)}</span></a></div>\n`}</li>
`
}
