import Type from 'typebox'

const PublicJwk = Type.Object({
  kty: Type.Literal('EC'),
  crv: Type.Literal('P-256'),
  x: Type.String(),
  y: Type.String(),
  kid: Type.String(),
  alg: Type.Literal('ES256'),
  use: Type.Literal('sig'),
})

/** RFC 7517 §5; the response schema passes public members only. */
export const KeySetView = Type.Object({ keys: Type.Array(PublicJwk) }, { description: 'A JWK Set' })
