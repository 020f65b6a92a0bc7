import { Command } from 'commander'
import type { Recipient } from '../../features/messages/model.ts'
import { parseEmail } from '../../features/users/accounts/identifiers/email.ts'
import { parsePhoneNumber } from '../../features/users/accounts/identifiers/phone-number.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'

export function sendTestCommand(): Command {
  return new Command('send-test')
    .description('Send a test message now, to see whether mail or text messages arrive.')
    .argument('<address>', 'an email address, or a phone number that begins with +')
    .option('--locale <tag>', 'the language of the message, such as sw')
    .option('--json', 'print JSON')
    .action(async (address: string, _options: unknown, command: Command) => {
      // "proxima messages" has --json too, and commander gives it to that.
      const { locale = null, json } = command.optsWithGlobals<{ locale?: string; json?: true }>()
      const recipient = recipientOf(address)
      const reason = await withServices(({ testMessages }) => testMessages.send({ recipient, locale }))
      if (reason !== null) throw new Failure(notAccepted, { detail: explain(reason, recipient) })
      const { channel } = recipient
      if (json === true) printJson({ channel, state: 'sent' })
      else process.stdout.write(`${accepted[channel]}\n`)
    })
}

const accepted = {
  mail: 'The next server has accepted the mail. If it does not arrive, look into the spam folder, and into the log of that server.',
  sms: 'The provider has accepted the text message. If it does not arrive, look into the log of the provider.',
} as const

const settings = { mail: 'PROXIMA_MAIL_URL', sms: 'PROXIMA_SMS_URL' } as const

const notAccepted: Problem = {
  code: 'message_not_accepted',
  kind: 'unavailable',
  title: 'The message was not accepted',
  advice: 'Check the settings of messages, and docs/guides/mail.md.',
}

const addressInvalid: Problem = {
  code: 'address_invalid',
  kind: 'invalid',
  title: 'This is no address',
  advice: 'Give an email address, or a phone number that begins with +.',
}

function explain(reason: string, { channel }: Pick<Recipient, 'channel'>): string {
  if (reason === 'no_channel') return `${settings[channel]} is not set, so there is nothing to send with.`
  return `The message was not accepted: ${reason}. Check ${settings[channel]}.`
}

/** @throws `address_invalid` */
function recipientOf(text: string): Pick<Recipient, 'channel' | 'address'> {
  const email = text.includes('@') ? parseEmail(text) : null
  if (email?.ok) return { channel: 'mail', address: email.value.given }
  const number = email === null ? parsePhoneNumber(text, null) : null
  if (number?.ok) return { channel: 'sms', address: number.value.canonical }
  throw new Failure(addressInvalid, { detail: (email ?? number)?.detail ?? addressInvalid.advice })
}
