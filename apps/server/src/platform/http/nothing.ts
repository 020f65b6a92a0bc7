import Type from 'typebox'

/** The answer of what only had to be done: 204, no body. */
export const Nothing = Type.Null({ description: 'Done.' })
