import Type from 'typebox'

const PublicJwk = Type.Object(
  {
    kty: Type.Literal('EC', { description: 'The family of the key: elliptic curves' }),
    crv: Type.Literal('P-256', { description: 'The curve' }),
    x: Type.String({ description: 'The x coordinate of the point, base64url' }),
    y: Type.String({ description: 'The y coordinate of the point, base64url' }),
    kid: Type.String({ description: 'The id of the key, which the header of a token names' }),
    alg: Type.Literal('ES256', { description: 'The only algorithm for which the key is used' }),
    use: Type.Literal('sig', { description: 'The key verifies signatures' }),
  },
  { title: 'Jwk', description: 'A public key that verifies access tokens (RFC 7517 §4)' },
)

const exampleKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  kid: 'aB3dE5gH7jK9',
  alg: 'ES256',
  use: 'sig',
}

/** RFC 7517 §5; the response schema passes public members only. */
export const KeySetView = Type.Object(
  { keys: Type.Array(PublicJwk, { description: 'The keys, in no particular order' }) },
  { title: 'JwkSet', description: 'A JWK Set', examples: [{ keys: [exampleKey] }] },
)

export const NotModified = Type.Null({ description: 'The version in If-None-Match is current' })
