import type { FastifySchemaValidationError } from 'fastify'
import type { Failure, FieldError } from '../kernel/failures.ts'
import { invalidFields } from '../kernel/problems.ts'

const errorsMax = 20

/** JSON Schema's findings as fields a person can mend. */
export function validationFailure(found: readonly FastifySchemaValidationError[]): Failure {
  const errors = found.filter((each) => !isSummary(each) && !isNullBranch(each)).slice(0, errorsMax)
  return invalidFields(...errors.map(fieldError))
}

// `anyOf` only repeats what its branches have said.
function isSummary({ keyword }: FastifySchemaValidationError): boolean {
  return keyword === 'anyOf' || keyword === 'if'
}

// Of a field that may be null, the other branch says what is wrong; "this must be null" would mislead.
function isNullBranch({ keyword, params }: FastifySchemaValidationError): boolean {
  return keyword === 'type' && params['type'] === 'null'
}

function fieldError({ keyword, instancePath, params, message }: FastifySchemaValidationError): FieldError {
  const at = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail })
  switch (keyword) {
    case 'additionalProperties':
      return at(
        child(instancePath, params['additionalProperty']),
        'unknown_field',
        'There is no such field here.',
      )
    case 'required':
      return at(child(instancePath, params['missingProperty']), 'required', 'This field is needed.')
    case 'type':
      return at(instancePath, 'wrong_type', `This must be of type ${String(params['type'])}.`)
    case 'minLength':
      return at(instancePath, 'too_short', `This needs at least ${String(params['limit'])} characters.`)
    case 'maxLength':
      return at(instancePath, 'too_long', `This may have at most ${String(params['limit'])} characters.`)
    case 'enum':
    case 'const':
      return at(instancePath, 'not_allowed', `This must be one of: ${allowed(params)}.`)
    default:
      return at(instancePath, 'invalid', message === undefined ? 'This is not valid.' : `This ${message}.`)
  }
}

function child(pointer: string, member: unknown): string {
  return `${pointer}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function allowed(params: Record<string, unknown>): string {
  const values = Array.isArray(params['allowedValues']) ? params['allowedValues'] : [params['allowedValue']]
  return values.map(String).join(', ')
}
