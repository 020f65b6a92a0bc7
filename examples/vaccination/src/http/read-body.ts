import type { Request } from 'express'
import type { Static, TObject } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { Failure } from '../failure.ts'

/** The body, if it has the form of the schema. @throws Failure `validation_failed`, which names the wrong fields */
export function readBody<Schema extends TObject>(schema: Schema, { body }: Request): Static<Schema> {
  const given: unknown = body
  if (Check(schema, given)) return given
  const errors = Errors(schema, given ?? {}).map(({ instancePath, message }) => ({
    pointer: instancePath,
    detail: `This ${message}.`,
  }))
  throw new Failure('invalid', 'validation_failed', 'Some fields are not valid. See "errors".', { errors })
}
