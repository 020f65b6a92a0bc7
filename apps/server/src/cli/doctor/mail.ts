import type { Config } from '../../platform/config/load-config.ts'
import type { Finding } from './finding.ts'

type Settings = Pick<Config, 'env' | 'mailUrl'>

/** Checks a setting. It cannot find out whether the mail server accepts anything. */
export function checkMail({ env, mailUrl }: Settings): readonly Finding[] {
  if (env === 'development' || mailUrl !== null) return []
  return [
    {
      severity: 'warning',
      code: 'mail_missing',
      summary:
        'The server sends no mail: no one is notified when a password changes, or when a session is used from two places.',
      advice: 'Set PROXIMA_MAIL_URL_FILE, as docs/guides/mail.md describes.',
    },
  ]
}
