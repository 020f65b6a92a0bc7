import { randomBytes } from 'node:crypto'

/** Where the server serves the console. */
export const consolePath = '/console'

/** The build of the console writes it in each place for a nonce. */
export const noncePlaceholder = '{{nonce}}'
/** Stands in the page of the console for the address of the stylesheet of all pages. */
export const stylesPlaceholder = '{{styles}}'

/** 128 random bits (CSP Level 3 §7.2.1: https://www.w3.org/TR/CSP3/#security-nonces). */
export function newNonce(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * What the console may load. Only the scripts of the build run, and those that they load themselves; no text becomes a
 * script or markup, because there is no policy that could make one from it (ASVS 3.4.3, A122). It calls this server and
 * no other, and no page may frame it.
 */
export function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Null for a file that the build does not make. */
export function mediaTypeOf(name: string): string | null {
  return mediaTypes[name.split('.').at(-1) ?? ''] ?? null
}
