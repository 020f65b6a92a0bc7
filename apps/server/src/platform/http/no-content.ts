import Type from 'typebox'

/** The answer 204, which has no body. */
export const NoContent = Type.Null({ description: 'Done.' })
