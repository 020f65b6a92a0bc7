import { availableParallelism } from 'node:os'
import type { Redis } from 'ioredis'
import { Decoder } from '../../features/users/pictures/decoding/decoder.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { Cursors } from '../../platform/crypto/cursors.ts'
import { KeyedDigests } from '../../platform/crypto/keyed-digests.ts'
import { PasswordHasher } from '../../platform/crypto/password-hasher.ts'
import { Sealer } from '../../platform/crypto/sealing.ts'
import { tracedQueue } from '../../platform/crypto/traced-queue.ts'
import type { Engine } from '../../platform/database/engine.ts'
import type { Database } from '../../platform/database/tables.ts'
import type { Metrics } from '../../platform/http/metrics.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import { FairQueue } from '../../platform/kernel/fair-queue.ts'
import type { Tracing } from '../../platform/kernel/tracing.ts'
import { configuredDestinations, PublicDestinations } from '../../platform/outgoing/destinations.ts'
import { OutgoingRequests } from '../../platform/outgoing/outgoing.ts'
import { resolveByDns, resolveByHost } from '../../platform/outgoing/resolve.ts'
import type { PublicUrl } from '../public-url.ts'

export interface WireOptions {
  readonly config: Config
  readonly masterSecret: string
  readonly db: Database
  /** The engine of `db`; without it, erased rows are not scrubbed from its files. */
  readonly engine?: Pick<Engine, 'scrub'>
  /** For limits that all servers share; null if each server counts for itself. */
  readonly redis: Redis | null
  readonly clock: Clock
  readonly publicUrl: PublicUrl
  readonly metrics?: Pick<Metrics, 'countEvent' | 'observeHashWait'>
  readonly tracing?: Tracing | null
}

/** The options, and the objects that are made from them. Every group of features may use it. */
export type Platform = WireOptions & ReturnType<typeof wirePlatform>

export function wirePlatform({ config, masterSecret, metrics, tracing = null }: WireOptions) {
  const secrets = { current: masterSecret, previous: config.secretPrevious ?? [] }
  const sealer = new Sealer(secrets)
  const queue = new FairQueue({
    // A hash takes a whole core for tens of milliseconds; more at once than there are cores makes each slower.
    concurrency: availableParallelism(),
    // The next guess is counted while the hashes before it run, so that no core waits for the database.
    ahead: availableParallelism(),
    depth: config.passwordQueueDepth,
    deadlineMs: config.passwordQueueWaitMs,
    ...(metrics && { onWait: metrics.observeHashWait }),
  })
  const cost = {
    memoryKib: config.passwordMemoryKib,
    iterations: config.passwordIterations,
    parallelism: config.passwordParallelism,
  }
  const hasher = new PasswordHasher({
    cost,
    queue: tracing === null ? queue : tracedQueue(queue, tracing),
    importedPepper: config.importedPepper,
  })
  const decoder = new Decoder({
    // The other cores stay free for other requests.
    concurrency: Math.max(1, Math.floor(availableParallelism() / 2)),
    depth: 16,
    bytesMax: config.pictureSizeMaxBytes,
    pixelsMax: config.picturePixelsMax,
  })
  return {
    sealer,
    keyedDigests: new KeyedDigests(secrets),
    cursors: new Cursors(sealer),
    queue,
    hasher,
    decoder,
    ...outgoingOf(config),
  }
}

function outgoingOf(config: Config) {
  const { env, webhookAllowedNetworks } = config
  const publicDestinations = new PublicDestinations({
    allowedNetworks: webhookAllowedNetworks ?? [],
    allowsLoopback: env === 'development',
  })
  const configuredOutgoing = new OutgoingRequests({
    destinations: configuredDestinations,
    resolve: resolveByHost,
    // A message that arrives twice costs money and confuses its recipient.
    keepsConnections: false,
  })
  const publicOutgoing = new OutgoingRequests({
    destinations: publicDestinations,
    resolve: resolveByDns,
    keepsConnections: true,
  })
  const providerOutgoing = providerRequests(config)
  return { publicDestinations, configuredOutgoing, providerOutgoing, publicOutgoing }
}

/** The requests to other providers. */
export function providerRequests({
  env,
  providerAllowedNetworks,
}: Pick<Config, 'env' | 'providerAllowedNetworks'>): OutgoingRequests {
  return new OutgoingRequests({
    // The operator names a provider, and its metadata names the addresses that the server calls (A121).
    destinations: new PublicDestinations({
      allowedNetworks: providerAllowedNetworks ?? [],
      allowsLoopback: env === 'development',
    }),
    resolve: resolveByDns,
    // A code that arrives twice ends what was given for it (RFC 6749 §4.1.2).
    keepsConnections: false,
  })
}
