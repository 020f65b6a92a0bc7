import { mailAddress, mailUrl } from '../delivery-parsers.ts'
import { integer } from '../parsers.ts'
import { webhookKey } from '../secret-parser.ts'
import { setting } from '../setting.ts'
import { smsUrl } from '../sms-parsers.ts'

export const messages = {
  mailUrl: setting({
    name: 'PROXIMA_MAIL_URL',
    parser: mailUrl(),
    default: null,
    fallback: 'in development, messages stay on the outbox page; in production, no mail is sent',
    description:
      'The mail server, or a webhook, that delivers mail. `smtp://` is encrypted with STARTTLS unless the host is this ' +
      'machine or the URL ends in `?tls=off`. The value is never shown, because it contains a password or a key.',
    reason: 'You can try out the server without it. Production needs it if `PROXIMA_PRIVACY` is `strict`.',
    secret: true,
  }),
  mailFrom: setting({
    name: 'PROXIMA_MAIL_FROM',
    parser: mailAddress(),
    default: null,
    fallback: '`no-reply` at the host of the public URL',
    description: 'The sender address of mail. The sender name is `PROXIMA_SERVICE_NAME`.',
    reason: 'Its domain must allow the mail server to send (SPF, DKIM). Otherwise the mail counts as spam.',
  }),
  smsUrl: setting({
    name: 'PROXIMA_SMS_URL',
    parser: smsUrl(),
    default: null,
    fallback: 'in development, messages stay on the outbox page; in production, no text message is sent',
    description:
      "The provider that delivers text messages: Twilio, Africa's Talking, or a webhook. The value is never shown, " +
      'because it contains a key. See [text messages](guides/mail.md#text-messages).',
    reason: 'Other providers have interfaces of their own. A small webhook can call any of them.',
    secret: true,
  }),
  webhookSecret: setting({
    name: 'PROXIMA_WEBHOOK_SECRET',
    parser: webhookKey(),
    default: null,
    fallback: 'none: messages to a webhook are not signed, and no bounces are accepted',
    description:
      'The key that signs messages to a webhook, and with which your programs sign their reports of bounces (Standard ' +
      'Webhooks). See [a webhook](guides/mail.md#a-webhook) and [bounces](guides/mail.md#bounces).',
    reason:
      'A webhook that checks the signature sends nothing that did not come from this server. Create one with `openssl ' +
      'rand -base64 32`.',
    secret: true,
  }),
  mailPerHour: setting({
    name: 'PROXIMA_MAIL_PER_HOUR',
    parser: integer(1, 10_000_000),
    default: '1000',
    description:
      'The maximum number of mails that all servers together send in an hour. In a day, they send at most ten times as ' +
      'many. One client address can cause at most a tenth of them, and one network a quarter. Notifications to ' +
      'verified addresses are counted separately, with the same limit. See [the limits of messages](guides/mail.md#limits).',
    reason:
      'Without a limit, an attacker could make your server send mail until its address is listed as a source of spam.',
  }),
  smsPerHour: setting({
    name: 'PROXIMA_SMS_PER_HOUR',
    parser: integer(1, 10_000_000),
    default: '100',
    description:
      'The same limit for text messages. In addition, one country gets at most a tenth of them, unless it is ' +
      '`PROXIMA_DEFAULT_REGION`. Without a default region, one country gets at most half.',
    reason:
      'You pay for each text message, and an attacker can have them sent to numbers that earn them money.',
  }),
}
