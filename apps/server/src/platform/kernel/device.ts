import bowser from 'bowser'

// If the library does not know a browser, it returns the name that the client gives itself. In a message to the owner
// that name would be text written by an attacker (A122).
const known = new Set([...Object.values(bowser.BROWSER_MAP), ...Object.values(bowser.OS_MAP)])

/** The device in words, such as "Firefox on Linux"; null if the user agent names no known browser or system. */
export function deviceOf(userAgent: string | null): string | null {
  if (userAgent === null || userAgent === '') return null
  const { browser, os } = bowser.parse(userAgent)
  const parts = [browser.name, os.name].filter((name) => name !== undefined && known.has(name))
  return parts.length === 0 ? null : parts.join(' on ')
}
