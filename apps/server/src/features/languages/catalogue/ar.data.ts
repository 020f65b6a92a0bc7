import account from './ar/account.json' with { type: 'json' }
import consent from './ar/consent.json' with { type: 'json' }
import consents from './ar/consents.json' with { type: 'json' }
import data from './ar/data.json' with { type: 'json' }
import fieldErrors from './ar/field-errors.json' with { type: 'json' }
import forms from './ar/forms.json' with { type: 'json' }
import keys from './ar/keys.json' with { type: 'json' }
import links from './ar/links.json' with { type: 'json' }
import messages from './ar/messages.json' with { type: 'json' }
import pages from './ar/pages.json' with { type: 'json' }
import profile from './ar/profile.json' with { type: 'json' }
import securityLog from './ar/security-log.json' with { type: 'json' }
import signIn from './ar/sign-in.json' with { type: 'json' }
import signUp from './ar/sign-up.json' with { type: 'json' }

/** Every sentence of the language, by group. */
export const arabic = {
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
