import account from './ro/account.json' with { type: 'json' }
import consent from './ro/consent.json' with { type: 'json' }
import consents from './ro/consents.json' with { type: 'json' }
import data from './ro/data.json' with { type: 'json' }
import fieldErrors from './ro/field-errors.json' with { type: 'json' }
import forms from './ro/forms.json' with { type: 'json' }
import keys from './ro/keys.json' with { type: 'json' }
import links from './ro/links.json' with { type: 'json' }
import messages from './ro/messages.json' with { type: 'json' }
import pages from './ro/pages.json' with { type: 'json' }
import profile from './ro/profile.json' with { type: 'json' }
import securityLog from './ro/security-log.json' with { type: 'json' }
import signIn from './ro/sign-in.json' with { type: 'json' }
import signUp from './ro/sign-up.json' with { type: 'json' }

/** Every sentence of the language, by group. */
export const romanian = {
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
