import type { Occasion, Sender, Wording } from '../model.ts'
import { occasionLines } from './occasion.ts'

/** ASVS 6.3.7. Says nothing of the secret itself. */
export function secretRenewed({ name, url }: Sender, occasion: Occasion): Wording {
  return {
    subject: `Your sign-in secret at ${name} was replaced`,
    text: `Hello,

a new secret for signing in to your account at ${name} has been made. The one before it is dead, and every other device has been signed out.

${occasionLines(occasion)}

If it was you, you need not do anything more than to keep the new secret safe.

If it was not you, somebody else has got into your account. Ask ${name} for help at once.

${name}
${url}
`,
    sms: `${name}: a new sign-in secret was made and your other devices were signed out. Not you? Ask for help at once.`,
  }
}
