import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** The contacts that accounts had before a change that can be undone. */
export async function createFormerContacts(schema: SchemaBuilder): Promise<void> {
  const { id, integer, time } = schema
  const identifier = optional(schema.text(lengths.identifier))
  const digest = schema.text(lengths.digest)
  await schema.createAccountTable('former_contacts', {
    columns: {
      id,
      number: integer,
      email: identifier,
      email_canonical: identifier,
      email_verified_at: optional(time),
      phone_number: identifier,
      phone_number_verified_at: optional(time),
      requested_link_digest: digest,
      changed_link_digest: optional(digest),
      changed_at: time,
      expires_at: time,
    },
    primaryKey: ['id'],
    unique: [['account_id', 'number'], ['requested_link_digest']],
    sparseUnique: ['changed_link_digest'],
    indexes: [['email_canonical'], ['phone_number'], ['expires_at']],
  })
}
