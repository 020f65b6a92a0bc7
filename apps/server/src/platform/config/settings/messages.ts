import { mailAddress, mailUrl, webhook } from '../delivery-parsers.ts'
import { setting } from '../setting.ts'

export const messages = {
  mailUrl: setting({
    name: 'PROXIMA_MAIL_URL',
    parser: mailUrl(),
    default: null,
    fallback: 'in development messages stay on the outbox page; in production no mail is sent',
    description:
      'The mail server that delivers messages, or a webhook that does. `smtp://` is encrypted with STARTTLS unless ' +
      'its host is this machine or it ends in `?tls=off`. It is never shown, since it holds a password or a key.',
    reason:
      'The flows can be tried out without one. Production needs it where `PROXIMA_PRIVACY` is `strict`.',
    secret: true,
  }),
  mailFrom: setting({
    name: 'PROXIMA_MAIL_FROM',
    parser: mailAddress(),
    default: null,
    fallback: '`no-reply` at the host of the public URL',
    description: 'The address that mail comes from. The name beside it is `PROXIMA_SERVICE_NAME`.',
    reason:
      'It must be of a domain for which the mail server may send (SPF, DKIM), or its mail is taken for spam.',
  }),
  smsUrl: setting({
    name: 'PROXIMA_SMS_URL',
    parser: webhook(),
    default: null,
    fallback: 'in development messages stay on the outbox page; in production no text message is sent',
    description:
      'The webhook that delivers text messages. It is never shown, since such a URL often holds a key.',
    reason: 'Every provider has an interface of its own, and a small webhook speaks to any of them.',
    secret: true,
  }),
}
