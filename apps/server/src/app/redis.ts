import type { Redis } from 'ioredis'
import type { Logger } from 'pino'

const commandTimeoutMs = 250
const retryPauseMaxMs = 2_000

/** While Redis is down, commands fail at once, so that no request waits. The client reconnects by itself. */
export async function connectRedis(url: string, logger: Logger): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, retryPauseMaxMs),
  })
  let isDown = false
  let lastError: Error | null = null
  redis.on('error', (error: Error) => {
    lastError = error
  })
  redis.on('reconnecting', () => {
    const cause = lastError === null ? {} : { err: lastError }
    if (!isDown) logger.error(cause, 'Redis does not answer; each server counts limits in its own memory')
    isDown = true
  })
  redis.on('ready', () => {
    if (isDown) logger.info('Redis is back; limits are shared again')
    isDown = false
  })
  return redis
}
