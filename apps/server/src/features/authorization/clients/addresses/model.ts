import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import type { ApplicationType } from '../applications/model.ts'

export const redirectUrisMax = 10
export const addressLengthMax = 400

/** Decides which addresses the server may call. */
export type AllowsUrl = (url: URL) => boolean

/**
 * An address to which people are sent back. It is compared letter by letter, so it is stored as given (RFC 9700 §2.1).
 * Anyone on the way could read what is sent to an `http:` address, except on the user's own machine (RFC 8252 §7.3). Only
 * a program on the user's machine can have a scheme of its own (RFC 8252 §7.1).
 */
export function parseRedirectUri(text: string, type: ApplicationType): Parsed<string> {
  const url = readUrl(text)
  if (url === null || /[#*]/.test(text) || hasDotSegment(text))
    return refuse(
      'malformed',
      `Send a complete address of at most ${addressLengthMax} characters, without a user name, "*", ".." and a part after "#".`,
    )
  if (url.protocol === 'https:') return accept(text)
  if (url.protocol === 'http:' && ownMachine.includes(url.hostname)) return accept(text)
  if (type === 'native' && privateUse.test(text)) return accept(text)
  return refuse(
    'scheme_not_allowed',
    'Use https. Only an address of the own machine may begin with http, and only a native application may have a scheme of its own, such as com.example.app:/callback.',
  )
}

/** The names and addresses of the user's own machine, as the parser of URLs writes them (RFC 8252 §7.3, §8.3). */
const ownMachine = ['localhost', '127.0.0.1', '[::1]']

/** A domain in reverse order: a scheme without a dot, such as `javascript:`, belongs to no one (RFC 8252 §7.1). */
const privateUse = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9][a-z0-9+-]*)+:\/[^/]/

/** Browsers would take such a part away, and go to another address than the one that was compared (A105). */
function hasDotSegment(text: string): boolean {
  return /(?:^|\/)(?:\.|%2e){1,2}(?:[/?]|$)/i.test(text)
}

/** An address of a page or a picture that people see beside the name of the client (A115). */
export function parsePageUri(text: string): Parsed<string> {
  const url = readUrl(text)
  if (url !== null && url.protocol === 'https:') return accept(text)
  return refuse(
    'malformed',
    `Send a complete https address of at most ${addressLengthMax} characters, without a user name.`,
  )
}

/**
 * An address that the server itself calls (A121). The address of a name is checked at each connection, because it may
 * change. OpenID Connect Back-Channel Logout §2.2 allows no fragment.
 */
export function parseBackchannelUri(text: string, allowsUrl: AllowsUrl): Parsed<string> {
  const url = readUrl(text)
  if (url === null || text.includes('#'))
    return refuse(
      'malformed',
      `Send a complete address of at most ${addressLengthMax} characters, without a user name and a part after "#".`,
    )
  if (allowsUrl(url)) return accept(text)
  return refuse(
    'address_not_allowed',
    'Give an https:// address of the public internet. The operator can allow other networks with PROXIMA_WEBHOOK_ALLOWED_NETWORKS.',
  )
}

/** A host, such as `example.org`. It is compared as browsers write it, in lower case. */
export function parseSectorIdentifier(text: string): Parsed<string> {
  const host = text.toLowerCase()
  const isHost = /^[a-z0-9.-]{1,253}$/.test(host) && URL.parse(`https://${host}/`)?.hostname === host
  return isHost ? accept(host) : refuse('malformed', 'Send the name of a host, such as example.org.')
}

/** Null for characters that browsers change or ignore: they would make the address of the browser another one. */
function readUrl(text: string): URL | null {
  return text.length <= addressLengthMax && /^[\x21-\x7e]+$/.test(text) && !/[\\@]/.test(text)
    ? URL.parse(text)
    : null
}
