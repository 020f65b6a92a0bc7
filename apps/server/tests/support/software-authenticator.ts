import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * An authenticator in software, with its browser. It does what WebAuthn Level 3 asks for, and what an attacker would do in
 * place of that.
 */

const flagBits = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 } as const
export type Algorithm = -7 | -8 | -257

/** What an attacker changes in an answer. */
export interface Tampering {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly up?: boolean
  readonly uv?: boolean
  readonly be?: boolean
  readonly bs?: boolean
  readonly counter?: number
  readonly userHandle?: string | null
  /** Signs with another key. */
  readonly key?: KeyObject
}

export interface RequestOptions {
  readonly challenge: string
  readonly rpId: string
}

export interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
}

export interface SoftwareCredential {
  readonly id: string
  readonly privateKey: KeyObject
  readonly cose: Buffer
  readonly algorithm: Algorithm
}

export interface AuthenticatorSettings {
  readonly origin: string
  readonly algorithm?: Algorithm
  /** True if the key is copied to other devices. */
  readonly synced?: boolean
  /** True if it counts how often it signs. */
  readonly counts?: boolean
  readonly aaguid?: string
  /** Others make a key that the server must refuse. */
  readonly credential?: SoftwareCredential
}

export class SoftwareAuthenticator {
  readonly credential: SoftwareCredential
  readonly #settings: AuthenticatorSettings
  #counter = 0
  #userHandle = ''

  constructor(settings: AuthenticatorSettings) {
    this.#settings = settings
    this.credential = settings.credential ?? newCredential(settings.algorithm ?? -7)
  }

  /** Answers `navigator.credentials.create`. */
  create(options: unknown, tampering: Tampering = {}) {
    const { challenge, rp, user } = options as CreationOptions
    this.#userHandle = user.id
    const clientData = this.#clientData('webauthn.create', challenge, tampering)
    const credentialId = Buffer.from(this.credential.id, 'base64url')
    const aaguid = Buffer.from((this.#settings.aaguid ?? noAaguid).replaceAll('-', ''), 'hex')
    const length = Buffer.from([credentialId.length >> 8, credentialId.length & 0xff])
    const authData = Buffer.concat([
      this.#authenticatorData(rp.id, tampering, flagBits.at),
      aaguid,
      length,
      credentialId,
      this.credential.cose,
    ])
    const attestation = cborMap([
      [cborText('fmt'), cborText('none')],
      [cborText('attStmt'), cborMap([])],
      [cborText('authData'), cborBytes(authData)],
    ])
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal', 'hybrid'],
    })
  }

  /** Answers `navigator.credentials.get`. */
  get(options: unknown, tampering: Tampering = {}) {
    const { challenge, rpId } = options as RequestOptions
    const clientData = this.#clientData('webauthn.get', challenge, tampering)
    const authData = this.#authenticatorData(rpId, tampering, 0)
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
    const { algorithm, privateKey } = this.credential
    const signature = sign(algorithm === -8 ? null : 'sha256', signed, tampering.key ?? privateKey)
    const userHandle = tampering.userHandle === undefined ? this.#userHandle : tampering.userHandle
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      ...(userHandle !== null && { userHandle }),
    })
  }

  #answer<T extends object>(response: T) {
    const { id } = this.credential
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {}, response }
  }

  #clientData(type: string, challenge: string, tampering: Tampering): Buffer {
    const { crossOrigin = false, topOrigin } = tampering
    return Buffer.from(
      JSON.stringify({
        type: tampering.type ?? type,
        challenge: tampering.challenge ?? challenge,
        origin: tampering.origin ?? this.#settings.origin,
        crossOrigin,
        ...(topOrigin !== undefined && { topOrigin }),
      }),
    )
  }

  #authenticatorData(rpId: string, tampering: Tampering, more: number): Buffer {
    const { synced = true, counts = false } = this.#settings
    const { up = true, uv = true, be = synced, bs = synced } = tampering
    const set = { up, uv, be, bs }
    const flags = Object.entries(set).reduce(
      (sum, [name, isSet]) => (isSet ? sum | flagBits[name as keyof typeof set] : sum),
      more,
    )
    if (counts) this.#counter += 1
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(tampering.counter ?? this.#counter)
    const rpIdHash = createHash('sha256')
      .update(tampering.rpId ?? rpId)
      .digest()
    return Buffer.concat([rpIdHash, Buffer.from([flags]), counter])
  }
}

const noAaguid = '00000000-0000-0000-0000-000000000000'

export function newCredential(algorithm: Algorithm, rsaBits = 2_048): SoftwareCredential {
  const { privateKey, publicKey } = keyPair(algorithm, rsaBits)
  const jwk = publicKey.export({ format: 'jwk' })
  const bytes = (text = '') => cborBytes(Buffer.from(text, 'base64url'))
  const members: Record<Algorithm, [number, Buffer][]> = {
    [-7]: [
      [1, cborInteger(2)],
      [3, cborInteger(-7)],
      [-1, cborInteger(1)],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ],
    [-8]: [
      [1, cborInteger(1)],
      [3, cborInteger(-8)],
      [-1, cborInteger(6)],
      [-2, bytes(jwk.x)],
    ],
    [-257]: [
      [1, cborInteger(3)],
      [3, cborInteger(-257)],
      [-1, bytes(jwk.n)],
      [-2, bytes(jwk.e)],
    ],
  }
  const cose = cborMap(members[algorithm].map(([label, value]) => [cborInteger(label), value]))
  return { id: randomBytes(20).toString('base64url'), privateKey, cose, algorithm }
}

function keyPair(algorithm: Algorithm, modulusLength: number) {
  switch (algorithm) {
    case -7:
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case -8:
      return generateKeyPairSync('ed25519')
    case -257:
      return generateKeyPairSync('rsa', { modulusLength })
  }
}

/** The few forms of CBOR that WebAuthn needs (RFC 8949 §3). */
export function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()])
}

export function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes])
}

export function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)])
}

export function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
}

function cborHead(major: number, value: number): Buffer {
  const type = major << 5
  if (value < 24) return Buffer.from([type | value])
  if (value < 0x100) return Buffer.from([type | 24, value])
  return Buffer.from([type | 25, value >> 8, value & 0xff])
}
