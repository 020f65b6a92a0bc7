import type { Occasion, Sender, Wording } from '../model.ts'
import { occasionLines } from './occasion.ts'

/** ASVS 6.3.7. Quotes neither name: whoever has got into the account may have chosen the new one (A122). */
export function usernameChanged({ name, url }: Sender, occasion: Occasion): Wording {
  return {
    subject: `Your username at ${name} was changed`,
    text: `Hello,

the username of your account at ${name} has been changed. From now on you sign in with the new one, or with your email address or phone number as before.

${occasionLines(occasion)}

If it was you, you need not do anything.

If it was not you, somebody else has got into your account. Sign in, end all other sessions, change your password and take your old username back. If you cannot, ask ${name} for help at once.

${name}
${url}
`,
    sms: `${name}: your username was changed. Not you? Sign in, change your password and end all other sessions.`,
  }
}
