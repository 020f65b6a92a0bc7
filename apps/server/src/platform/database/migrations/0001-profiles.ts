import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Creates the tables of profiles and pictures. A part of `0001-initial-schema.ts`. */
export async function createProfiles(schema: SchemaBuilder): Promise<void> {
  const { id, time, bytes } = schema
  const name = schema.text(lengths.name)
  const code = schema.text(lengths.code)
  const url = schema.text(lengths.url)
  await schema.createAccountTable('profiles', {
    columns: {
      version: id,
      occupation: optional(name),
      home_address_sealed: optional(schema.text(lengths.sealed)),
      country: optional(code),
      county: optional(name),
      description: optional(schema.text(lengths.prose)),
      linkedin: optional(url),
      facebook: optional(url),
      github: optional(url),
      instagram: optional(url),
      twitter: optional(url),
      youtube: optional(url),
      website: optional(url),
    },
    primaryKey: ['account_id'],
  })
  await schema.createAccountTable('pictures', {
    columns: { id, token: schema.text(lengths.digest), store: code, created_at: time },
    primaryKey: ['account_id'],
    unique: [['id'], ['token']],
  })
  await schema.createAccountTable('picture_files', {
    columns: { name: code, content: bytes },
    primaryKey: ['account_id', 'name'],
  })
}
