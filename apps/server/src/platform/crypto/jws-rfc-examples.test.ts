import { createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { InvalidJws, verifyCompact, verifySignature } from './jws.ts'

// The examples of the RFCs, as they print them. Each but the unsecured one is first shown to be genuine under
// its own algorithm, so that a slip of the pen here cannot pass for a refusal.
const joe = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

const hs256 = {
  token: `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${joe}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
  k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
}

const rs256 = {
  token:
    `eyJhbGciOiJSUzI1NiJ9.${joe}.` +
    'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9' +
    'uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB' +
    '_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq' +
    'Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  jwk: {
    kty: 'RSA',
    e: 'AQAB',
    n:
      'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt' +
      '0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX' +
      'ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5' +
      'IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  },
}

const es256 = {
  token:
    `eyJhbGciOiJFUzI1NiJ9.${joe}.` +
    'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
  jwk: {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  },
}

const es512 = {
  token:
    'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.' +
    'AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCA' +
    'PZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  jwk: {
    kty: 'EC',
    crv: 'P-521',
    x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
    y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
  },
}

const ed25519 = {
  token:
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.' +
    'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
}

const unsecured = `eyJhbGciOiJub25lIn0.${joe}.`

const es256Key = createPublicKey({ key: es256.jwk, format: 'jwk' }).toCryptoKey(
  { name: 'ECDSA', namedCurve: 'P-256' },
  true,
  ['verify'],
)

describe('the examples of the RFCs', () => {
  it('RFC 7515 A.3 (ES256) verifies as a signature', async () => {
    expect(await verifySignature(es256.token, es256Key)).toBe(true)
  })

  it.each([0, 1, 31, 32, 63])(
    'RFC 7515 A.3 does not verify once byte %i of its signature has changed',
    async (at) => {
      const [header, payload, signature = ''] = es256.token.split('.')
      const bytes = Buffer.from(signature, 'base64url')
      bytes[at] = (bytes[at] ?? 0) ^ 1
      expect(await verifySignature([header, payload, bytes.toString('base64url')].join('.'), es256Key)).toBe(
        false,
      )
    },
  )

  it('RFC 7515 A.1, A.2, A.4 and RFC 8037 A.4 are copied correctly', () => {
    const { input, signature } = parts(hs256.token)
    expect(createHmac('sha256', Buffer.from(hs256.k, 'base64url')).update(input).digest()).toEqual(signature)
    expect(isGenuine('sha256', rs256)).toBe(true)
    expect(isGenuine('sha512', es512)).toBe(true)
    expect(isGenuine(null, ed25519)).toBe(true)
  })

  it.each([
    ['RFC 7515 A.1 and RFC 7519 §3.1 (HS256)', hs256.token],
    ['RFC 7515 A.2 (RS256)', rs256.token],
    ['RFC 7515 A.3 (ES256, but no kid and no typ)', es256.token],
    ['RFC 7515 A.4 (ES512)', es512.token],
    ['RFC 7515 A.5 and RFC 7519 §6.1 (none)', unsecured],
    ['RFC 8037 A.4 (EdDSA)', ed25519.token],
  ])('%s is refused as a token, and no key is looked up', async (_name, token) => {
    let asked = 0
    const findKey = async () => {
      asked += 1
      return es256Key
    }
    await expect(verifyCompact(token, { typ: 'at+jwt', findKey })).rejects.toThrow(InvalidJws)
    expect(asked).toBe(0)
  })

  it('all but RFC 7515 A.3 are refused as ES256 signatures as well', async () => {
    for (const token of [hs256.token, rs256.token, es512.token, ed25519.token, unsecured]) {
      expect(await verifySignature(token, es256Key)).toBe(false)
    }
  })
})

function parts(token: string) {
  const dot = token.lastIndexOf('.')
  return {
    input: Buffer.from(token.slice(0, dot)),
    signature: Buffer.from(token.slice(dot + 1), 'base64url'),
  }
}

function isGenuine(digest: string | null, { token, jwk }: { token: string; jwk: JsonWebKey }): boolean {
  const { input, signature } = parts(token)
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return verify(digest, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
