import Type, { type Static } from 'typebox'
import type { GivenFactor } from '../../authenticators/factors/model.ts'
import { assertionIn, optionalAssertionFields } from '../frame/passkey-fields.ts'

/** The factors that this page takes. All but a passkey are a code. */
const pageFactors = ['passkey', 'totp', 'email', 'phone_number', 'recovery_code'] as const
export type PageFactor = (typeof pageFactors)[number]

const shared = {
  challenge: Type.String({ maxLength: 200 }),
  /** The factors that the reader may choose, as the last answer named them. */
  factors: Type.String({ maxLength: 100 }),
  keep: Type.Optional(Type.Literal('yes')),
  /** Present if this device can be trusted, as the last answer said. It decides only what is shown. */
  may_trust: Type.Optional(Type.Literal('yes')),
  return_to: Type.Optional(Type.String({ maxLength: 2_000 })),
}

export const SendCodeForm = Type.Object(
  { ...shared, factor: Type.Union([Type.Literal('email'), Type.Literal('phone_number')]) },
  { additionalProperties: false },
)
export type SendCodeForm = Static<typeof SendCodeForm>

export const SecondStepForm = Type.Object(
  {
    ...shared,
    factor: Type.Union(pageFactors.map((factor) => Type.Literal(factor))),
    code: Type.Optional(Type.String({ maxLength: 100 })),
    trust_device: Type.Optional(Type.Literal('yes')),
    ...optionalAssertionFields,
  },
  { additionalProperties: false },
)
export type SecondStepForm = Static<typeof SecondStepForm>

export function isUsable(factor: string): factor is PageFactor {
  return (pageFactors as readonly string[]).includes(factor)
}

/** What the reader has given; null if they have only chosen a factor. */
export function givenIn({ factor: kind, code, ...form }: SecondStepForm): GivenFactor | null {
  if (kind !== 'passkey') return code === undefined ? null : { kind, code }
  const response = assertionIn(form)
  return response && { kind, response }
}
