import type { DeletionTerms, Sender, Wording } from '../model.ts'

/** To the owner, who may not be who did it. */
export function accountDeleted({ name, url }: Sender, { receipt, restorableUntil }: DeletionTerms): Wording {
  const what =
    restorableUntil === null
      ? `your account at ${name} has been deleted, and everything about you has been erased. This cannot be undone.`
      : `your account at ${name} has been deleted, and every device has been signed out. On ${timeOf(restorableUntil)} everything about you will be erased.

If you change your mind, or if it was not you, restore the account before then: with your password, or your user secret, it comes back as it was.`
  return {
    subject: `Your account at ${name} was deleted`,
    text: `Hello,

${what}

Keep this receipt. With it you can ask later what became of the deletion:

${receipt}

${name}
${url}
`,
    sms:
      restorableUntil === null
        ? `${name}: your account was deleted and everything about you has been erased.`
        : `${name}: your account was deleted. Until ${timeOf(restorableUntil)} you can restore it with your password.`,
  }
}

function timeOf(at: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T')
  return `${day}, ${time.slice(0, 5)} UTC`
}
