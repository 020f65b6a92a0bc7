import account from './bn/account.json' with { type: 'json' }
import consent from './bn/consent.json' with { type: 'json' }
import consents from './bn/consents.json' with { type: 'json' }
import data from './bn/data.json' with { type: 'json' }
import fieldErrors from './bn/field-errors.json' with { type: 'json' }
import forms from './bn/forms.json' with { type: 'json' }
import keys from './bn/keys.json' with { type: 'json' }
import links from './bn/links.json' with { type: 'json' }
import messages from './bn/messages.json' with { type: 'json' }
import pages from './bn/pages.json' with { type: 'json' }
import profile from './bn/profile.json' with { type: 'json' }
import securityLog from './bn/security-log.json' with { type: 'json' }
import signIn from './bn/sign-in.json' with { type: 'json' }
import signUp from './bn/sign-up.json' with { type: 'json' }

/** Every sentence of the language, by group. */
export const bengali = {
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
