import type { Sender, Wording } from '../model.ts'

/** To the owner of an account, with whose address somebody tries to register. Quotes nothing that was typed. */
export function registrationTaken({ name, url }: Sender): Wording {
  return {
    subject: `You already have an account at ${name}`,
    text: `Hello,

somebody, perhaps you, has tried to register at ${name} with this email address. You already have an account there, and nothing about it has changed.

If it was you, sign in with the password that you have.

If it was not you, you need not do anything.

${name}
${url}
`,
    sms: `${name}: somebody, perhaps you, tried to register with this number. You have an account already and nothing has changed. Not you? Ignore this.`,
  }
}
