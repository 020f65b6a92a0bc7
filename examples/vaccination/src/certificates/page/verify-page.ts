import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import { certificateType } from '../model.ts'

export interface VerifyPage {
  readonly html: string
  /** Allows the script and the style of the page, and nothing else: no connection, no picture. */
  readonly contentSecurityPolicy: string
}

/** Each is valid where it stands, so that editors can read the page. */
const marks = /\/\* __STYLE__ \*\/|"__SETTINGS__"|__SCRIPT__/g

/** One file that verifies certificates without a connection. The public key is in it. */
export function verifyPage(issuer: string, publicJwk: JWK): VerifyPage {
  const script = read('verify.js')
  const style = read('verify.css')
  const settings = JSON.stringify({ issuer, type: certificateType, keys: [publicJwk] })
  const parts = new Map([
    ['/* __STYLE__ */', style],
    ['__SCRIPT__', script],
    // No text in it can end the element.
    ['"__SETTINGS__"', settings.replaceAll('<', '\\u003c')],
  ])
  return {
    html: read('verify.html').replaceAll(marks, (mark) => parts.get(mark) ?? mark),
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
      "form-action 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function read(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
}
