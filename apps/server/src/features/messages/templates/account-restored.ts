import type { Sender, Wording } from '../model.ts'

/** To the owner, who may not be who did it. */
export function accountRestored({ name, url }: Sender): Wording {
  return {
    subject: `Your account at ${name} is back`,
    text: `Hello,

your account at ${name} had been deleted, and has now been restored with its password or user secret. It is as it was, and nothing will be erased.

If it was you, you need not do anything.

If it was not you, somebody else knows your password. Change it at once.

${name}
${url}
`,
    sms: `${name}: your deleted account was restored. Not you? Then somebody knows your password: change it at once.`,
  }
}
