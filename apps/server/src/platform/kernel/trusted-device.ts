/** With the prefix, a scanner for leaked secrets can recognize the secret of a trusted device. */
export const trustedDevicePrefix = 'pxt_'

const form = /^pxt_[A-Za-z0-9_-]{43}$/

/** True if the text can be the secret of a trusted device. */
export function isDeviceSecret(text: string): boolean {
  return form.test(text)
}
