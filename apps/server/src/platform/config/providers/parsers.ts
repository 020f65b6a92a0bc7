import { createPrivateKey } from 'node:crypto'
import { InvalidValue, type Parser } from '../setting.ts'
import { isLoopback, readUrl } from '../url-parsers.ts'

const secretBytesMax = 1_024

/** A secret that another service has made, so its form is not known. It is never quoted. */
export function clientSecret(): Parser<string> {
  return {
    range: `a text without spaces, of 1 to ${secretBytesMax} bytes`,
    parse(text) {
      if (text !== '' && !/\s/.test(text) && Buffer.byteLength(text) <= secretBytesMax) return text
      throw new InvalidValue(`must have 1 to ${secretBytesMax} bytes, without spaces.`)
    },
  }
}

/** The private key with which a client secret of Apple is signed. It is never quoted. */
export function privateKey(): Parser<string> {
  return {
    range: 'a private key in PEM form, for ES256 (P-256)',
    parse(text) {
      try {
        const { asymmetricKeyDetails, asymmetricKeyType } = createPrivateKey(text)
        if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return text
      } catch {
        // The same message: an error of OpenSSL helps no one.
      }
      throw new InvalidValue('must be a private key in PEM form for the curve P-256, as Apple gives it.')
    },
  }
}

/**
 * The issuer of a provider. Without encryption, someone on the way could answer in its place (OpenID Connect Discovery 1.0
 * §7.1), so `http://` is only for this machine.
 */
export function issuer(): Parser<string> {
  return {
    range:
      'a URL that begins with `https://`, or with `http://` for this machine, without a user name, query or fragment',
    parse(text) {
      const { hostname, protocol, username, password } = readUrl(text, ['https', 'http'])
      if (username !== '' || password !== '')
        throw new InvalidValue('must not contain a user name or password.')
      if (/[?#]/.test(text)) throw new InvalidValue('must not have a query or fragment.')
      if (protocol === 'http:' && !isLoopback(hostname))
        throw new InvalidValue('must begin with https://, because identities come from there.')
      return text
    },
  }
}
