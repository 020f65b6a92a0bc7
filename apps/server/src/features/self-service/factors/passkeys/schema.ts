import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable } from '../../../../platform/http/fields.ts'
import { FactorView, factorView } from '../../../authenticators/factors/schema.ts'
import {
  exampleFlow,
  exampleNewPasskey,
  flowField,
  NewPasskey,
  NewPasskeyOptionsView,
} from '../../../authenticators/passkeys/schema.ts'
import { factorNameLengthMax } from '../input.ts'
import type { AddedPasskey } from './model.ts'

export const AddPasskeyBody = Type.Object(
  {
    flow: flowField,
    response: NewPasskey,
    name: Type.Optional(
      Type.String({
        maxLength: factorNameLengthMax * 2,
        description: `A name that distinguishes the factors of the owner: at most ${factorNameLengthMax} characters. Without it, the passkey gets the name of its provider, if that is known.`,
      }),
    ),
  },
  {
    title: 'AddPasskeyBody',
    additionalProperties: false,
    description: 'The answer of the browser',
    examples: [{ flow: exampleFlow, response: exampleNewPasskey, name: 'Phone of Amina' }],
  },
)

const { properties } = FactorView

export const AddedPasskeyView = Type.Object(
  {
    ...properties,
    recovery_codes: Nullable(
      Type.Array(Type.String(), { description: 'Ten codes, each for one use. They are shown only once.' }),
      { description: 'Recovery codes with the first factor; null if the account had one before' },
    ),
  },
  {
    title: 'AddedPasskey',
    description: 'The passkey is added.',
    examples: [
      {
        id: exampleId,
        kind: 'passkey',
        name: 'Phone of Amina',
        created_at: exampleTime,
        last_used_at: null,
        synced: true,
        recovery_codes: ['7k2m9q-x4d8vz-0n5r1t-c6h3wj', 'b8s4yp-2g7f0e-m1k9xq-v3z6da'],
      },
    ],
  },
)

export function addedPasskeyView({ factor, recoveryCodes }: AddedPasskey): Static<typeof AddedPasskeyView> {
  return { ...factorView(factor), recovery_codes: recoveryCodes && [...recoveryCodes] }
}

export const AdditionOptionsView = NewPasskeyOptionsView
