import Type from 'typebox'
import { typedCodeUnitsMax } from './model.ts'

/** A code as people type and paste it. */
export const codeField = Type.String({
  maxLength: typedCodeUnitsMax,
  description: 'The six digits of the newest code. Spaces and dashes between them do not matter.',
})

export const exampleCode = '492039'
