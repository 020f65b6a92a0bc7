import type { Occasion, Sender, Wording } from '../model.ts'
import { occasionLines } from './occasion.ts'

/** A refresh token came back that had been replaced: two have it, and nobody can say which is the owner (RFC 9700 §4.14.2; A79). */
export function refreshReused({ name, url }: Sender, occasion: Occasion): Wording {
  return {
    subject: `We have signed out one of your devices at ${name}`,
    text: `Hello,

what keeps a device signed in to your account at ${name} has been used a second time, which happens when somebody has copied it. To be safe we have ended that session: whoever used it, they and you are signed out of it.

${occasionLines(occasion)}

Sign in again where you were signed out. Then look through your sessions, and end those that you do not know.

If this comes again, change your password, and have the device looked at.

${name}
${url}
`,
    sms: `${name}: a session of yours was used from two places, so we ended it. Sign in again and end sessions that you do not know.`,
  }
}
