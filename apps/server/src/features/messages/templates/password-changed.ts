import type { Occasion, Sender, Wording } from '../model.ts'
import { occasionLines } from './occasion.ts'

/** ASVS 6.3.7. Also where the account had none before. */
export function passwordChanged({ name, url }: Sender, occasion: Occasion): Wording {
  return {
    subject: `Your password at ${name} was changed`,
    text: `Hello,

the password of your account at ${name} has been changed, and every other device has been signed out.

${occasionLines(occasion)}

If it was you, you need not do anything.

If it was not you, somebody else has got into your account. Ask ${name} for help at once.

${name}
${url}
`,
    sms: `${name}: your password was changed and your other devices were signed out. Not you? Ask for help at once.`,
  }
}
