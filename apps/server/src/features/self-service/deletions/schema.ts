import Type, { type Static } from 'typebox'
import { examplePassword, exampleTime, Nullable, Time } from '../../../platform/http/fields.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { PasskeyBody } from '../../authentication/login/passkeys/schema.ts'
import { identifiersIn, LoginBody, TokenBody } from '../../authentication/login/schema.ts'
import { credentialFields, toGivenCredentials } from '../../authentication/reauthentication/schema.ts'
import type { DeletionStatus, Receipt } from './model.ts'

export const DeleteMeBody = Type.Object(credentialFields, {
  title: 'DeleteMeBody',
  additionalProperties: false,
  description:
    'If the account has a password, give `current_password`. If it has none, give `user_secret`. If it has only passkeys, give neither: a recent one is enough.',
  examples: [{ current_password: examplePassword }],
})

export const givenCredentials = toGivenCredentials

export const RestoreBody = Type.Object(
  {
    ...LoginBody.properties,
    password: Type.Optional(LoginBody.properties.password),
    user_secret: Type.Optional(TokenBody.properties.user_secret),
    flow: Type.Optional(PasskeyBody.properties.flow),
    response: Type.Optional(PasskeyBody.properties.response),
  },
  {
    title: 'RestoreBody',
    additionalProperties: false,
    examples: [{ identifier: 'amina', password: examplePassword }],
    description:
      'Give either a password with exactly one of identifier, username, email and phone_number, or a user_secret, or flow and response of a passkey.',
  },
)
export type RestoreBody = Static<typeof RestoreBody>

const statusFields = {
  status: Type.Enum(['pending', 'restored', 'erased'], {
    title: 'DeletionStatus',
    description: 'Whether the account can still be restored, has been restored, or has been erased',
  }),
  deleted_at: Time('When the owner deleted the account'),
  restorable_until: Nullable(Time('Until when the owner can restore the account; null if it is too late')),
  restored_at: Nullable(Time('When the account was restored; null if it was not')),
  erased_at: Nullable(Time('When everything was erased, or the earliest time at which it will be')),
}

const example = {
  status: 'pending',
  deleted_at: exampleTime,
  restorable_until: '2026-11-28T09:30:00.000Z',
  restored_at: null,
  erased_at: '2026-11-28T09:30:00.000Z',
}

export const DeletionView = Type.Object(statusFields, {
  title: 'Deletion',
  description: 'The state of the deletion. It does not identify the account.',
  examples: [example],
})
export type DeletionView = Static<typeof DeletionView>

const exampleReceipt = 'pxd_Vd3mB8kQ1xS6zT0wN4rY7cF2hJ5lP9gA_eUiOaMnKs8'

export const ReceiptView = Type.Object(
  {
    receipt: Type.String({
      description:
        'Shown only once. Its holder can later check, without an account, whether everything was erased.',
    }),
    ...statusFields,
  },
  {
    title: 'Receipt',
    examples: [{ receipt: exampleReceipt, ...example }],
    description:
      'The account is deleted. Its owner can no longer sign in, and everything is erased or will be.',
  },
)
export type ReceiptView = Static<typeof ReceiptView>

export const ReceiptParams = Type.Object({
  receipt: Type.String({ maxLength: 100, description: 'The receipt of the deletion' }),
})

export function toRestoration(body: RestoreBody) {
  const { flow, mode = 'token', password, response, user_secret: userSecret, ...given } = body
  return { identifiers: identifiersIn(given), passkey: passkeyIn(flow, response), password, userSecret, mode }
}

/** @throws `validation_failed` if only one of them is given */
function passkeyIn(flow: RestoreBody['flow'], response: RestoreBody['response']) {
  if (flow === undefined && response === undefined) return undefined
  if (flow !== undefined && response !== undefined) return { flow, response }
  const pointer = flow === undefined ? '/flow' : '/response'
  throw invalidFields({ pointer, code: 'required', detail: 'A passkey needs both flow and response.' })
}

export function deletionView(status: DeletionStatus): DeletionView {
  return {
    status: status.status,
    deleted_at: status.deletedAt.toISOString(),
    restorable_until: status.restorableUntil?.toISOString() ?? null,
    restored_at: status.restoredAt?.toISOString() ?? null,
    erased_at: status.erasedAt?.toISOString() ?? null,
  }
}

export function receiptView({ receipt, ...status }: Receipt): ReceiptView {
  return { receipt, ...deletionView(status) }
}
