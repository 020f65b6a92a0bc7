type Settings = Readonly<Record<string, string>>

const cheapHashes = { PROXIMA_PASSWORD_MEMORY_KIB: '128' }

/**
 * The hashes of a server for which no one has set their cost. For tests about that cost, about the time or the memory
 * that hashes take, about the queue for them, and about hashes of different cost.
 */
export const defaultHashes = { PROXIMA_PASSWORD_MEMORY_KIB: '19456' }

/**
 * Adds the setting for hashes that cost next to nothing, unless the settings choose a cost. The tests make thousands of
 * accounts, and few tests are about hashes. Production refuses such hashes, so a server that runs as in production gets
 * the default ones.
 */
export function withCheapHashes(settings: Settings): Settings {
  return settings['PROXIMA_ENV'] === 'production' ? settings : { ...cheapHashes, ...settings }
}
