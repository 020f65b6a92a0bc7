import { button, linkTo, note, paragraph } from '../mail/model.ts'
import { timeFacts } from './facts.ts'
import type { Template } from './template.ts'

/** The token of a link with which its reader chooses the password of an account that was made for them. */
export interface InvitationFacts {
  readonly linkToken: string
  readonly linkHours: number
}

/** Sent for an administrator, who may have given the address of a stranger. It quotes nothing that was typed (A122). */
export const invitation: Template<InvitationFacts> = (
  language,
  { sender, context, linkToken, linkHours },
) => {
  const url = linkTo(sender, `/invitation?token=${linkToken}`)
  const say = language.sentences('invitation', { service: sender.name, hours: String(linkHours) })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('use_link')),
      button(say('choose'), url, say('copy_address')),
      timeFacts(language, context),
      note(say('unexpected')),
    ],
    sms: say('sms', { url }),
  }
}
