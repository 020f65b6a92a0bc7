import { PublicUrl } from '../../src/app/public-url.ts'
import { type Services, wire } from '../../src/app/wire.ts'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { FrozenClock } from './frozen-clock.ts'
import { testSecret } from './test-server.ts'

export interface WiredNodeOptions {
  readonly db: Database
  readonly clock?: FrozenClock
  readonly env?: Readonly<Record<string, string>>
  /** Called for each password that is hashed. */
  readonly onHash?: () => void
}

/** All services of a server, without HTTP. A password hash costs next to nothing, so that a test can hash very many. */
export function wireNode(options: WiredNodeOptions): Services {
  const { db, clock = new FrozenClock(), env = {}, onHash = () => undefined } = options
  const config = {
    ...loadConfig({ PROXIMA_SECRET: testSecret, ...env }),
    limits: false,
    passwordMemoryKib: 8,
    passwordIterations: 1,
    passwordQueueDepth: 10_000,
    passwordQueueWaitMs: 120_000,
  }
  const publicUrl = new PublicUrl('https://accounts.example.org')
  const metrics = { countEvent: () => undefined, observeHashWait: onHash }
  return wire({
    config,
    masterSecret: config.secret ?? testSecret,
    db,
    redis: null,
    clock,
    publicUrl,
    metrics,
  })
}
