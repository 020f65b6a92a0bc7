import { letter } from './english.ts'
import { type AddressData, translated } from './template.ts'

/** Sent to the owner of an account when someone tries to register with their address. Quotes nothing that was typed. */
export const registrationTaken = translated<AddressData>({
  en: ({ sender }) => ({
    subject: `You already have an account at ${sender.name}`,
    text: letter(sender, [
      `Someone, perhaps you, tried to sign up for ${sender.name} with this email address. You already have an account, and nothing about it has changed.`,
      'If this was you, sign in with your existing password.',
      'If this was not you, you do not need to do anything.',
    ]),
    sms: `${sender.name}: Someone, perhaps you, tried to sign up with this number. You already have an account. Nothing has changed.`,
  }),
})
