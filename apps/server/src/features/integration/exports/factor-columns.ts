import { type ColumnsOf, id, implied, integer, optional, text, time } from './column-kinds.ts'

/** The columns of what owners sign in with, apart from passwords and secrets. */

export const passkeys: ColumnsOf<'passkeys'> = {
  id,
  account_id: implied,
  credential_id: text,
  credential_digest: text,
  public_key: text,
  counter: integer,
  aaguid: text,
  transports: text,
  backup_state: text,
  name: text,
  created_at: time,
  last_used_at: optional(time),
  restricted_at: optional(time),
}

export const totpSecrets: ColumnsOf<'totp_secrets'> = {
  id,
  account_id: implied,
  state: text,
  name: text,
  secret_sealed: { ...text, seal: { purpose: 'totp_secrets.secret', idColumn: 'id' } },
  last_step: optional(integer),
  created_at: time,
  last_used_at: optional(time),
}

export const linkedAccounts: ColumnsOf<'linked_accounts'> = {
  id,
  account_id: implied,
  provider: text,
  issuer: text,
  subject: text,
  identity_digest: text,
  email: optional(text),
  created_at: time,
  last_used_at: optional(time),
}
