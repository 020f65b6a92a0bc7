import Type, { type Static } from 'typebox'
import { workField, workSolution } from '../../../platform/http/proof-of-work.ts'
import { typedCodeUnitsMax } from '../../authenticators/codes/model.ts'

const address = Type.String({ maxLength: 2_000 })

/** A link may have one more field, such as a campaign that a mail program added. */
export const SignUpQuery = Type.Object({ return_to: Type.Optional(address) })

/** The fields that the page can ask for, with the names that the API has for them. */
const fields = {
  username: Type.Optional(Type.String({ maxLength: 200 })),
  email: Type.Optional(Type.String({ maxLength: 400 })),
  phone_number: Type.Optional(Type.String({ maxLength: 100 })),
  full_name: Type.Optional(Type.String({ maxLength: 1_000 })),
  password: Type.Optional(Type.String({ maxLength: 4_096 })),
}
export type FieldName = keyof typeof fields

export const SignUpForm = Type.Object(
  {
    ...fields,
    terms: Type.Optional(Type.Literal('yes')),
    return_to: Type.Optional(address),
    [workField]: workSolution,
  },
  { additionalProperties: false },
)
export type SignUpForm = Static<typeof SignUpForm>

export const ConfirmForm = Type.Object(
  {
    identifier: Type.String({ maxLength: 400 }),
    code: Type.String({ maxLength: typedCodeUnitsMax }),
    password: Type.String({ maxLength: 4_096 }),
    return_to: Type.Optional(address),
  },
  { additionalProperties: false },
)
export type ConfirmForm = Static<typeof ConfirmForm>
