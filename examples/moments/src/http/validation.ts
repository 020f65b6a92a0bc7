import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifySchemaValidationError } from 'fastify'
import type { FieldError } from '../failure.ts'
import type { App } from './app.ts'

/**
 * The defaults of Fastify drop unknown fields and turn a number into a text. Here both are errors, so that no caller
 * wonders why a field had no effect. A query is text, so its numbers are read.
 */
export function validateStrictly(app: App): void {
  const compilerWith = (coerceTypes: boolean) =>
    AjvCompiler()({}, { customOptions: { removeAdditional: false, coerceTypes } })
  const [exact, reading] = [compilerWith(false), compilerWith(true)]
  app.setValidatorCompiler((route) => (route.httpPart === 'querystring' ? reading(route) : exact(route)))
}

/** Says which field breaks which rule. */
export function fieldErrorOf({
  keyword,
  instancePath,
  params,
  message,
}: FastifySchemaValidationError): FieldError {
  if (keyword === 'required')
    return {
      pointer: `${instancePath}/${String(params['missingProperty'])}`,
      detail: 'This field is required.',
    }
  if (keyword === 'additionalProperties')
    return {
      pointer: `${instancePath}/${String(params['additionalProperty'])}`,
      detail: 'This field is unknown.',
    }
  return { pointer: instancePath, detail: `This ${message ?? 'is not valid'}.` }
}
