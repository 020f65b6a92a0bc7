import type { Sender, Wording } from '../model.ts'

/**
 * To an address that nobody had. Says nothing that depends on what else was given, or whoever registers an own address
 * beside somebody else's would learn of the other. Quotes nothing that was typed, names included, since anybody may
 * have anything sent to anybody (A122).
 */
export function registrationReceived({ name, url }: Sender): Wording {
  return {
    subject: `Your registration at ${name}`,
    text: `Hello,

somebody, we hope you, has registered at ${name} with this email address.

If it was you, sign in with this address and the password that you chose. If that is refused, something else that you gave belongs to another account: register once more, with this address alone.

If it was not you, somebody has given your address, perhaps by mistake. Nobody can read your mail by that. Ask ${name} to remove it if you do not want it there.

${name}
${url}
`,
    sms: `${name}: somebody, we hope you, has registered with this number. Sign in with it and the password you chose. Not you? Ignore this.`,
  }
}
