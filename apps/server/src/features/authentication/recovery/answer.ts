import { type Html, html } from '../../../platform/html/html.ts'
import { personPage } from '../../../platform/html/person-page.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import type { RecoveryGrant } from './model.ts'

/** The address to which the form is sent. */
export const recoverPath = '/recover'

export interface ResetForm {
  readonly grant: RecoveryGrant
  readonly hasPassword: boolean
  /** Why the last attempt failed; null for the first. */
  readonly failure: Failure | null
  /** Said before everything else. */
  readonly news?: string
}

/** Asks for the new password of an account. */
export function resetPage(serviceName: string, { grant, hasPassword, failure, news }: ResetForm): string {
  return personPage({
    title: 'New password',
    serviceName,
    body: html`<h1>Choose a new password</h1>
${news !== undefined && html`<p>${news}</p>\n`}<p>Only the new password will work, and all your devices will be signed out.</p>
${failure !== null && errorsOf(failure)}<form method="post" action="${recoverPath}">
${grantField(grant)}<label for="new_password">New password</label>
<input id="new_password" name="new_password" type="password" autocomplete="new-password" maxlength="1024" required>
<button>Set password</button>
</form>
${!hasPassword && secretForm(grant)}`,
  })
}

/** For an account that never had a password. */
function secretForm(grant: RecoveryGrant): Html {
  return html`<h2>Or get a new user secret</h2>
<p>Your account has no password, but a user secret. You can get a new secret instead of a password. It is shown only once.</p>
<form method="post" action="${recoverPath}">
${grantField(grant)}<button>Get a new user secret</button>
</form>
`
}

function grantField({ purpose, token }: RecoveryGrant): Html {
  return html`<input type="hidden" name="${purpose === 'recovery' ? 'token' : 'recovery_token'}" value="${token}">\n`
}

function errorsOf({ errors, message }: Failure): Html {
  const details = errors.length > 0 ? errors.map(({ detail }) => detail) : [message]
  return html`<div role="alert">${details.map((detail) => html`<p>${detail}</p>\n`)}</div>\n`
}
