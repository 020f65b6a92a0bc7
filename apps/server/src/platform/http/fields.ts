import Type from 'typebox'

/** The schemas of fields that several features have in common. */

export const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const Text = Nullable(Type.String())

export const Uuid = Type.String({ format: 'uuid' })

export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds' })

/**
 * In code points, as typed. The schema accepts far more than a password may have, so that the rules for passwords can
 * explain what is wrong. A normalized password may have at most a quarter of this length (A44).
 */
export const passwordText = { maxLength: 1_024 }

export const userSecretText = { maxLength: 200 }

/** A page of a list. Pass the `next_cursor` of one page as `cursor` to get the next one. */
export const Page = <T extends Type.TSchema>(item: T, options: { readonly description: string }) =>
  Type.Object({ data: Type.Array(item), next_cursor: Nullable(Type.String()) }, options)
