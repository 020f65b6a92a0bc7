import account from './fr/account.json' with { type: 'json' }
import consent from './fr/consent.json' with { type: 'json' }
import consents from './fr/consents.json' with { type: 'json' }
import data from './fr/data.json' with { type: 'json' }
import fieldErrors from './fr/field-errors.json' with { type: 'json' }
import forms from './fr/forms.json' with { type: 'json' }
import keys from './fr/keys.json' with { type: 'json' }
import links from './fr/links.json' with { type: 'json' }
import messages from './fr/messages.json' with { type: 'json' }
import pages from './fr/pages.json' with { type: 'json' }
import profile from './fr/profile.json' with { type: 'json' }
import securityLog from './fr/security-log.json' with { type: 'json' }
import signIn from './fr/sign-in.json' with { type: 'json' }
import signUp from './fr/sign-up.json' with { type: 'json' }

/** Every sentence of the language, by group. */
export const french = {
  ...account,
  ...consents,
  ...consent,
  ...data,
  ...fieldErrors,
  ...forms,
  ...keys,
  ...links,
  ...messages,
  ...pages,
  ...profile,
  ...securityLog,
  ...signIn,
  ...signUp,
}
