import type { Logger } from 'pino'
import type { Config } from '../../platform/config/load-config.ts'

/** In development, the outbox page shows every message. In production no one would notice that none is sent. */
export function warnWithoutChannels(
  { env, mailUrl, smsUrl }: Pick<Config, 'env' | 'mailUrl' | 'smsUrl'>,
  logger: Pick<Logger, 'warn'>,
): void {
  if (env === 'production' && mailUrl === null && smsUrl === null)
    logger.warn(
      'neither mail nor text messages are set up: owners are not notified when their password changes; set PROXIMA_MAIL_URL',
    )
}
