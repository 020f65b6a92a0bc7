import type { Dose } from '../doses/model.ts'

/** The type of the token, so that no other signed token passes for a certificate (RFC 8725 §3.11). */
export const certificateType = 'vaccination+jwt'

/** What a certificate says. It has no national id and no id of an account: everyone who scans it reads it. */
export interface Certificate {
  readonly name: string
  readonly doses: readonly Pick<Dose, 'number' | 'vaccine' | 'day'>[]
}

export interface IssuedCertificate {
  /** A signed token. */
  readonly token: string
  /** The page that verifies it, with the token. */
  readonly url: string
  /** A picture of the address, as SVG. */
  readonly qrSvg: string
}
