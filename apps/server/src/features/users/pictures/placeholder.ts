import type { Account } from '../../../platform/kernel/account.ts'
import { initialsOf, type PictureSize } from './model.ts'

/**
 * Draws a placeholder from the account's id and name. It is always the same for one account, and usually differs from
 * others.
 */
export function placeholder(account: Account, size: PictureSize): string {
  const initials = initialsOf(account)
  const figure = initials === '' ? silhouette : lettering(initials)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">` +
    `<rect width="100" height="100" fill="hsl(${hueOf(account.id)},45%,32%)"/>${figure}</svg>`
  )
}

function lettering(initials: string): string {
  return `<text x="50" y="50" dy=".35em" fill="#fff" font-family="sans-serif" font-size="42" text-anchor="middle">${initials}</text>`
}

const silhouette =
  '<circle cx="50" cy="38" r="17" fill="#fff"/><path d="M18 88a32 29 0 0 1 64 0z" fill="#fff"/>'

// With the lightness above, white letters have enough contrast on every hue (WCAG 2.2 §1.4.3). The last digits of an
// id are random.
function hueOf(id: string): number {
  return Number.parseInt(id.slice(-6), 16) % 360
}
