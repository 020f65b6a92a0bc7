import { letter, timeText } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/** ASVS 6.3.7. An operator has created the secret. Does not contain any part of it. */
export const secretReset = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `An administrator replaced your ${sender.name} user secret`,
    text: letter(sender, [
      `An administrator of ${sender.name} created a new user secret for your account. The previous one no longer works, and all your devices were signed out.`,
      `When: ${timeText(context.at)}`,
      'If you asked for this, sign in with the new secret and keep it in a safe place.',
      `If you did not ask for this, contact ${sender.name} immediately.`,
    ]),
    sms: `${sender.name}: An administrator replaced your user secret. All your devices were signed out. If you did not ask for this, contact us immediately.`,
  }),
})
