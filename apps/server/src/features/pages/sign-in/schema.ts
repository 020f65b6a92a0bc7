import Type, { type Static } from 'typebox'
import { workField, workSolution } from '../../../platform/http/proof-of-work.ts'

const address = Type.String({ maxLength: 2_000 })

/** A link may have one more field, such as a campaign that a mail program added. */
export const SignInQuery = Type.Object({
  return_to: Type.Optional(address),
  way: Type.Optional(Type.String({ maxLength: 20 })),
})

export const SignInForm = Type.Object(
  {
    identifier: Type.Optional(Type.String({ maxLength: 400 })),
    password: Type.Optional(Type.String({ maxLength: 4_096 })),
    user_secret: Type.Optional(Type.String({ maxLength: 200 })),
    keep: Type.Optional(Type.Literal('yes')),
    [workField]: workSolution,
    return_to: Type.Optional(address),
  },
  { additionalProperties: false },
)
export type SignInForm = Static<typeof SignInForm>
