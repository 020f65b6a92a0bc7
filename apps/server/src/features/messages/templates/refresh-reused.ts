import { contextLines, letter } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/**
 * Sent when a refresh token is used again after it was replaced. Two clients have it, and the server cannot know which
 * of them is the owner's (RFC 9700 §4.14.2; A79).
 */
export const refreshReused = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `We signed out one of your devices from ${sender.name}`,
    text: letter(sender, [
      `Someone may have copied a session from one of your devices and used it to access your ${sender.name} account. To protect you, we ended that session: everyone who used it is signed out, including you.`,
      contextLines(context),
      'Sign in again on the device that was signed out. Then check the list of your sessions, and end those that you do not recognize.',
      'If this happens again, change your password and have the device checked.',
    ]),
    sms: `${sender.name}: One of your sessions may have been copied, so we ended it. Sign in again, and end sessions that you do not recognize.`,
  }),
})
