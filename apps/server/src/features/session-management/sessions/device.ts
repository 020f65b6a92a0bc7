import bowser from 'bowser'

// For a browser that it does not know the library gives whatever the client calls itself; in a message to the owner
// that would be a stranger's text (A122).
const known = new Set([...Object.values(bowser.BROWSER_MAP), ...Object.values(bowser.OS_MAP)])

/** Such as "Firefox on Linux"; null where the user agent says nothing that we know. */
export function deviceOf(userAgent: string | null): string | null {
  if (userAgent === null || userAgent === '') return null
  const { browser, os } = bowser.parse(userAgent)
  const parts = [browser.name, os.name].filter((name) => name !== undefined && known.has(name))
  return parts.length === 0 ? null : parts.join(' on ')
}
