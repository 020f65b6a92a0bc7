import { setting } from '../setting.ts'
import { url, webhook } from '../url-parsers.ts'

export const messages = {
  mailUrl: setting({
    name: 'PROXIMA_MAIL_URL',
    parser: url('smtp', 'smtps'),
    default: null,
    otherwise: 'messages stay on the outbox page',
    description: 'The mail server that delivers messages, with its user name and password.',
    reason: 'The flows can be tried out without one.',
    effect: 'later',
  }),
  smsUrl: setting({
    name: 'PROXIMA_SMS_URL',
    parser: webhook(),
    default: null,
    otherwise: 'messages stay on the outbox page',
    description:
      'The webhook that delivers text messages. It is never shown, since such a URL often holds a key.',
    reason: 'Every provider has an interface of its own, and a small webhook speaks to any of them.',
    secret: true,
    effect: 'later',
  }),
}
