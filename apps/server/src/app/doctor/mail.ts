import type { Finding } from '../../features/administration/deployment/model.ts'
import { type ChannelSettings, unreachableOwners } from '../delivery/missing-channels.ts'

/** Checks a setting. It cannot find out whether the mail server accepts anything. */
export function checkMail(settings: ChannelSettings): readonly Finding[] {
  const summary = unreachableOwners(settings)
  if (summary === null) return []
  const advice = 'Set PROXIMA_MAIL_URL_FILE, as docs/guides/mail.md describes.'
  return [{ severity: 'warning', code: 'mail_missing', summary, advice }]
}
