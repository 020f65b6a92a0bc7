import Type from 'typebox'

/** The schemas of fields that several features have in common. */

export const Nullable = <T extends Type.TSchema>(
  schema: T,
  options: { readonly description?: string } = {},
) => Type.Union([schema, Type.Null()], options)

/** A text, or null if there is none. */
export const Text = (description: string) => Nullable(Type.String({ description }))

export const Uuid = (description: string) => Type.String({ format: 'uuid', description })

/** A time in UTC with milliseconds (RFC 3339). */
export const Time = (description: string) => Type.String({ format: 'date-time', description })

/** The ids and times of the examples in the API reference. */
export const exampleAccessToken =
  'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMWExZmM0MCJ9.c2lnbmF0dXJl'

export const exampleId = '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'
export const exampleImageUrl =
  'https://accounts.example.org/v1/pictures/9hK2mQ7xT4vB1nR8sW3yD6fG0jL5pZcA/256.webp'
export const exampleTime = '2026-11-21T09:30:00.000Z'

/**
 * In code points, as typed. The schema accepts far more than a password may have, so that the rules for passwords can
 * explain what is wrong. A normalized password may have at most a quarter of this length (A44).
 */
export const passwordText = { maxLength: 1_024 }

export const userSecretText = { maxLength: 200 }

/** Of the user in the examples, so that they work one after the other. */
export const examplePassword = 'seven green buses sing'

export const exampleUserSecret = 'pxu_-SsbG_fZcqbMnwPTXr0dK3vY8hL2jQ5tE7aWiU1oNk4'

/** A page of a list. Pass the `next_cursor` of one page as `cursor` to get the next one. */
export const Page = <T extends Type.TSchema>(
  item: T,
  options: { readonly title: string; readonly description: string; readonly examples: readonly object[] },
) =>
  Type.Object(
    {
      data: Type.Array(item, { description: 'The items of this page' }),
      next_cursor: Text('The `cursor` of the next page; null on the last page'),
    },
    { ...options, examples: [...options.examples] },
  )
