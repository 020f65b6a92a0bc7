import bowser from 'bowser'

/** Such as "Firefox on Linux"; null where the user agent says nothing that we know. */
export function deviceOf(userAgent: string | null): string | null {
  if (userAgent === null || userAgent === '') return null
  const { browser, os } = bowser.parse(userAgent)
  const parts = [browser.name, os.name].filter((name) => name !== undefined && name !== '')
  return parts.length === 0 ? null : parts.join(' on ')
}
