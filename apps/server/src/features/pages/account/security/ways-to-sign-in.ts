import { type Html, html, type Insertion } from '../../../../platform/html/html.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../../authenticators/user-secrets/service.ts'
import { icon } from '../../frame/icons.ts'
import { passwordPath } from '../password/page.ts'
import type { Reader } from '../reader.ts'
import { secretPath } from '../secret/page.ts'
import { usernamePath } from '../username/page.ts'
import type { SecurityPart } from './page.ts'

export interface WaysToSignInOptions {
  readonly passwords: Pick<PasswordsService, 'changedAt'>
  readonly userSecrets: Pick<UserSecretsService, 'createdAt'>
}

/** The username, the password and the user secret. */
export function waysToSignIn({ passwords, userSecrets }: WaysToSignInOptions): SecurityPart {
  return async (reader) => {
    const { account, accountId } = reader.user
    const { language } = reader.view
    const say = language.sentences('security_pane')
    const [passwordSince, secretSince] = await Promise.all([
      passwords.changedAt(accountId),
      userSecrets.createdAt(accountId),
    ])
    const since = (at: Date | null) =>
      at === null ? say('not_set') : say('changed', { day: language.day(at) })
    return html`<section class="card">
<div class="card-head"><h2>${say('ways')}</h2></div>
<ul class="rows">
${row(reader, { drawing: 'person', path: usernamePath, title: say('username'), note: account.username === null ? say('not_set') : html`<bdi>${account.username}</bdi>`, isSet: account.username !== null })}${row(reader, { drawing: 'lock', path: passwordPath, title: say('password'), note: since(passwordSince), isSet: passwordSince !== null })}${row(reader, { drawing: 'key', path: secretPath, title: say('secret'), note: since(secretSince), isSet: secretSince !== null })}</ul>
</section>
`
  }
}

interface Row {
  readonly drawing: 'person' | 'lock' | 'key'
  readonly path: string
  readonly title: string
  readonly note: Insertion
  readonly isSet: boolean
}

function row({ view }: Reader, { drawing, path, title, note, isSet }: Row): Html {
  const say = view.language.sentences('security_pane')
  return html`<li class="row">
<span class="disc">${icon(drawing)}</span>
<div class="row-main">
<p class="row-title">${title}</p>
<p class="row-note">${note}</p>
</div>
<div class="row-end"><a class="btn btn-secondary btn-s" href="${path}">${say(isSet ? 'change' : 'add')}<span class="sr"> ${title}</span></a></div>
</li>
`
}
