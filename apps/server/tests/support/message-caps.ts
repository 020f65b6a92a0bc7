import type { MessageLimits } from '../../src/features/messages/caps/model.ts'
import { MessageCountsRepository } from '../../src/features/messages/caps/repository.ts'
import { MessageCapsService } from '../../src/features/messages/caps/service.ts'
import { KeyedDigests } from '../../src/platform/crypto/keyed-digests.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type { Clock } from '../../src/platform/kernel/clock.ts'
import { testSecret } from './test-server.ts'

/** The caps of messages as a server counts them, by default without those of callers. */
export function capsWith(
  db: Database,
  clock: Clock,
  limits: MessageLimits | null = null,
  costlyNumbers: 'refused' | 'allowed' = 'refused',
): MessageCapsService {
  const keyedDigests = new KeyedDigests({ current: testSecret })
  const rules = { keyedDigests, limits, costlyNumbers }
  return new MessageCapsService({ ...rules, db, counts: new MessageCountsRepository(), clock })
}
