import bowser from 'bowser'

// If the library does not know a browser, it returns the name that the client gives itself. In a message to the owner
// that name would be text written by an attacker (A122).
const known = new Set([...Object.values(bowser.BROWSER_MAP), ...Object.values(bowser.OS_MAP)])

/** The names of a browser and its system, as far as they are known. */
export interface Device {
  readonly browser: string | null
  readonly system: string | null
}

/** Most requests come from the same few programs, and each sign-in asks twice. */
const latest = new Map<string, string | null>()
const latestMax = 1_000

/** The device in words, such as "Firefox on Linux"; null if the user agent names no known browser or system. */
export function deviceOf(userAgent: string | null): string | null {
  if (userAgent === null) return null
  const before = latest.get(userAgent)
  if (before !== undefined) return before
  const device = inWords(deviceNamesOf(userAgent))
  const [oldest] = latest.keys()
  if (oldest !== undefined && latest.size >= latestMax) latest.delete(oldest)
  latest.set(userAgent, device)
  return device
}

function inWords({ browser, system }: Device): string | null {
  return browser === null || system === null ? (browser ?? system) : `${browser} on ${system}`
}

/** The device by the names of its parts, for words in any language. */
export function deviceNamesOf(userAgent: string | null): Device {
  if (userAgent === null || userAgent === '') return { browser: null, system: null }
  const { browser, os } = bowser.parse(userAgent)
  return { browser: knownName(browser.name), system: knownName(os.name) }
}

function knownName(name: string | undefined): string | null {
  return name !== undefined && known.has(name) ? name : null
}
