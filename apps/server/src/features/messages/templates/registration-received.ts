import { letter } from './english.ts'
import { type AddressData, translated } from './template.ts'

/**
 * Sent to an address that no account had. The text does not depend on the other fields: otherwise someone could
 * register their own address together with another person's, and learn whether the other one has an account. It quotes
 * nothing that was typed, not even a name, because anyone can enter anyone's address (A122).
 */
export const registrationReceived = translated<AddressData>({
  en: ({ sender }) => ({
    subject: `Your ${sender.name} registration`,
    text: letter(sender, [
      `Someone, hopefully you, signed up for ${sender.name} with this email address.`,
      'If this was you, sign in with this email address and the password that you chose. If you cannot sign in, something else that you entered belongs to another account. In that case, sign up again with this email address only.',
      `If this was not you, someone entered your email address, perhaps by mistake. They cannot read your email. If you do not want your address to be used, ask ${sender.name} to remove it.`,
    ]),
    sms: `${sender.name}: Someone, hopefully you, signed up with this number. Sign in with it and your new password. If this was not you, ignore this message.`,
  }),
})
