import { BouncesRepository } from '../../src/features/messages/bounces/repository.ts'
import { BouncesService } from '../../src/features/messages/bounces/service.ts'
import { KeyedDigests } from '../../src/platform/crypto/keyed-digests.ts'
import { webhookSignature, webhookTimestamp } from '../../src/platform/crypto/webhook-signature.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type { Clock } from '../../src/platform/kernel/clock.ts'
import { testSecret } from './test-server.ts'

/** The value of `PROXIMA_WEBHOOK_SECRET` in tests. */
export const webhookSecret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const key = Buffer.from(webhookSecret, 'base64')

/** The headers with which a program of the operator signs its request. */
export function signedHeaders(body: string, now: Date, id = 'msg_1'): Record<string, string> {
  const timestamp = webhookTimestamp(now)
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': webhookSignature(key, { id, timestamp, body }),
  }
}

/** The bounced addresses as a server remembers them. */
export function bouncesWith(db: Database, clock: Clock): BouncesService {
  const keyedDigests = new KeyedDigests({ current: testSecret })
  return new BouncesService({ db, bounces: new BouncesRepository(), keyedDigests, clock })
}
