import Type, { type Static } from 'typebox'
import { Nullable, Time } from '../../../platform/http/fields.ts'
import { identifiersIn, LoginBody, TokenBody } from '../../authentication/login/schema.ts'
import { credentialFields, toGivenCredentials } from '../../authentication/reauthentication/schema.ts'
import type { DeletionStatus, Receipt } from './model.ts'

export const DeleteMeBody = Type.Object(
  {
    current_password: Type.Optional(credentialFields.current_password),
    user_secret: Type.Optional(credentialFields.user_secret),
  },
  {
    additionalProperties: false,
    description:
      'If the account has a password, give `current_password`. If it has none, give `user_secret`.',
  },
)

export const givenCredentials = toGivenCredentials

export const RestoreBody = Type.Object(
  {
    ...LoginBody.properties,
    password: Type.Optional(LoginBody.properties.password),
    user_secret: Type.Optional(TokenBody.properties.user_secret),
  },
  {
    additionalProperties: false,
    description:
      'Give either a password with exactly one of identifier, username, email and phone_number, or a user_secret.',
  },
)
export type RestoreBody = Static<typeof RestoreBody>

const statusFields = {
  status: Type.Enum(['pending', 'restored', 'erased']),
  deleted_at: Time,
  restorable_until: Nullable(Time),
  restored_at: Nullable(Time),
  erased_at: Nullable(
    Type.String({
      format: 'date-time',
      description: 'When everything was erased, or the earliest time at which it will be',
    }),
  ),
}

export const DeletionView = Type.Object(statusFields, {
  description: 'The state of the deletion. It does not identify the account.',
})
export type DeletionView = Static<typeof DeletionView>

export const ReceiptView = Type.Object(
  {
    receipt: Type.String({
      description:
        'Shown only once. Its holder can later check, without an account, whether everything was erased.',
    }),
    ...statusFields,
  },
  {
    description:
      'The account is deleted. Its owner can no longer sign in, and everything is erased or will be.',
  },
)
export type ReceiptView = Static<typeof ReceiptView>

export const ReceiptParams = Type.Object({ receipt: Type.String({ maxLength: 100 }) })

export function toRestoration(body: RestoreBody) {
  const { password, user_secret: userSecret, mode = 'token', ...given } = body
  return { identifiers: identifiersIn(given), password, userSecret, mode }
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
