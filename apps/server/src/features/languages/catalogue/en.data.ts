import account from './en/account.json' with { type: 'json' }
import consent from './en/consent.json' with { type: 'json' }
import consents from './en/consents.json' with { type: 'json' }
import data from './en/data.json' with { type: 'json' }
import fieldErrors from './en/field-errors.json' with { type: 'json' }
import forms from './en/forms.json' with { type: 'json' }
import keys from './en/keys.json' with { type: 'json' }
import links from './en/links.json' with { type: 'json' }
import messages from './en/messages.json' with { type: 'json' }
import pages from './en/pages.json' with { type: 'json' }
import profile from './en/profile.json' with { type: 'json' }
import securityLog from './en/security-log.json' with { type: 'json' }
import signIn from './en/sign-in.json' with { type: 'json' }
import signUp from './en/sign-up.json' with { type: 'json' }

/** Every sentence of the language, by group. */
export const english = {
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
