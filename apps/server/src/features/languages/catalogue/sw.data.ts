import account from './sw/account.json' with { type: 'json' }
import consent from './sw/consent.json' with { type: 'json' }
import consents from './sw/consents.json' with { type: 'json' }
import data from './sw/data.json' with { type: 'json' }
import fieldErrors from './sw/field-errors.json' with { type: 'json' }
import forms from './sw/forms.json' with { type: 'json' }
import keys from './sw/keys.json' with { type: 'json' }
import links from './sw/links.json' with { type: 'json' }
import messages from './sw/messages.json' with { type: 'json' }
import pages from './sw/pages.json' with { type: 'json' }
import profile from './sw/profile.json' with { type: 'json' }
import securityLog from './sw/security-log.json' with { type: 'json' }
import signIn from './sw/sign-in.json' with { type: 'json' }
import signUp from './sw/sign-up.json' with { type: 'json' }

/** Every sentence of the language, by group. */
export const swahili = {
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
