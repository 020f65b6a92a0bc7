import { SignJWT } from 'jose'
import { renderSVG } from 'uqr'
import type { DosesService } from '../doses/service.ts'
import { Failure } from '../failure.ts'
import type { AccountOwner } from '../people/model.ts'
import { type Certificate, certificateType, type IssuedCertificate } from './model.ts'
import { algorithm, type SigningKey } from './signing-key.ts'

export interface CertificatesServiceParts {
  readonly doses: Pick<DosesService, 'list'>
  readonly signingKey: SigningKey
  /** The address of this service, which certificates name as their issuer. */
  readonly publicUrl: string
  readonly now: () => Date
}

/** People verify certificates offline, so none can be taken back. It ends after a year, and its owner gets another. */
const lifeSeconds = 365 * 24 * 60 * 60

/** Proof of the doses, which anyone can verify without this service. */
export class CertificatesService {
  readonly #parts: CertificatesServiceParts

  constructor(parts: CertificatesServiceParts) {
    this.#parts = parts
  }

  /** @throws Failure `no_dose_yet`, `name_missing`, `not_registered` */
  async issue({ accountId, name }: AccountOwner): Promise<IssuedCertificate> {
    const doses = await this.#parts.doses.list(accountId)
    if (doses.length === 0) throw new Failure('conflict', 'no_dose_yet', 'No dose is recorded for you yet.')
    // People who check the certificate compare the name with a document.
    if (name === null)
      throw new Failure('conflict', 'name_missing', 'Add your full name to your account first.')
    const token = await this.#sign({
      name,
      doses: doses.map(({ number, vaccine, day }) => ({ number, vaccine, day })),
    })
    // After the #, so that a browser that opens it sends the certificate to no server.
    const url = `${this.#parts.publicUrl}/verify#${token}`
    return { token, url, qrSvg: renderSVG(url, { border: 4 }) }
  }

  async #sign(certificate: Certificate): Promise<string> {
    const { signingKey, publicUrl, now } = this.#parts
    const issuedAtSeconds = Math.floor(now().getTime() / 1_000)
    return await new SignJWT({ ...certificate })
      .setProtectedHeader({ alg: algorithm, typ: certificateType, kid: String(signingKey.publicJwk.kid) })
      .setIssuer(publicUrl)
      .setIssuedAt(issuedAtSeconds)
      .setExpirationTime(issuedAtSeconds + lifeSeconds)
      .sign(signingKey.privateKey)
  }
}
