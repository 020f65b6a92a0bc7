import type { Logger } from 'pino'
import type { Config } from '../../platform/config/load-config.ts'

export type ChannelSettings = Pick<Config, 'env' | 'mailUrl' | 'smsUrl'>

/**
 * Says which owners cannot be notified, because the settings name no way to reach them; null if every owner with an
 * address can be reached. In development, the outbox page shows every message.
 */
export function unreachableOwners({ env, mailUrl, smsUrl }: ChannelSettings): string | null {
  if (env === 'development' || mailUrl !== null) return null
  return smsUrl === null
    ? 'Neither mail nor text messages are set up: owners are not notified, for example when their password changes.'
    : 'Mail is not set up: owners without a phone number are not notified, for example when their password changes.'
}

/** In production no one would notice otherwise that no message is sent. */
export function warnWithoutChannels(settings: ChannelSettings, logger: Pick<Logger, 'warn'>): void {
  const sentence = unreachableOwners(settings)
  if (sentence !== null) logger.warn(`${sentence} Set PROXIMA_MAIL_URL.`)
}
