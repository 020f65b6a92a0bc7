import { letter, timeText } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/** ASVS 6.3.7. An operator has set the password, so the device and the network are not those of the owner. */
export const passwordReset = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `An administrator set your ${sender.name} password`,
    text: letter(sender, [
      `An administrator of ${sender.name} set a new password for your account. The previous one no longer works, and all your devices were signed out.`,
      `When: ${timeText(context.at)}`,
      'If you asked for this, sign in with the new password and then choose one that only you know.',
      `If you did not ask for this, contact ${sender.name} immediately.`,
    ]),
    sms: `${sender.name}: An administrator set a new password for your account. All your devices were signed out. If you did not ask for this, contact us immediately.`,
  }),
})
