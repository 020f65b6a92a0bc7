import type { FastifySchemaValidationError } from 'fastify'
import type { Failure, FieldError } from '../kernel/failures.ts'
import { invalidFields } from '../kernel/problems.ts'
import type { AdviseOnField, UnknownField } from './field-advice.ts'

const errorsMax = 20

/** Turns the findings of JSON Schema into errors that a caller can fix. */
export function validationFailure(
  found: readonly FastifySchemaValidationError[],
  advise: AdviseOnField = () => '',
): Failure {
  const errors = found.filter(isAboutField).slice(0, errorsMax)
  return invalidFields(...errors.map((each) => fieldError(each, advise)))
}

/** The pointers to all fields that JSON Schema refuses. An answer names the first of them only. */
export function refusedPointers(found: readonly FastifySchemaValidationError[]): ReadonlySet<string> {
  return new Set(found.filter(isAboutField).map((each) => fieldError(each, () => '').pointer))
}

function isAboutField(error: FastifySchemaValidationError): boolean {
  return !isSummary(error) && !isNullBranch(error)
}

// `anyOf` only repeats the findings of its branches.
function isSummary({ keyword }: FastifySchemaValidationError): boolean {
  return keyword === 'anyOf' || keyword === 'if'
}

// For a field that may be null, the other branch names the error; "this must be null" would mislead.
function isNullBranch({ keyword, params }: FastifySchemaValidationError): boolean {
  return keyword === 'type' && params['type'] === 'null'
}

function fieldError(error: FastifySchemaValidationError, advise: AdviseOnField): FieldError {
  const { keyword, instancePath, params, message } = error
  const at = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail })
  switch (keyword) {
    case 'additionalProperties':
      return at(
        child(instancePath, params['additionalProperty']),
        'unknown_field',
        `This field is unknown. ${advise(unknownFieldOf(error))}`.trim(),
      )
    case 'required':
      return at(child(instancePath, params['missingProperty']), 'required', 'This field is required.')
    case 'type':
      return at(instancePath, 'wrong_type', `This must be of type ${String(params['type'])}.`)
    case 'minLength':
      return at(instancePath, 'too_short', `This must have at least ${String(params['limit'])} characters.`)
    case 'maxLength':
      return at(instancePath, 'too_long', `This must have at most ${String(params['limit'])} characters.`)
    case 'enum':
    case 'const':
      return at(instancePath, 'not_allowed', `This must be one of: ${allowed(params)}.`)
    case 'format':
      return at(instancePath, 'invalid', formatAdvice(String(params['format'])))
    case 'pattern':
      return at(instancePath, 'invalid', patternAdvice(error))
    default:
      return at(instancePath, 'invalid', message === undefined ? 'This is not valid.' : `This ${message}.`)
  }
}

interface VerboseError extends FastifySchemaValidationError {
  /** Present, because AJV is set to be verbose. */
  readonly parentSchema?: { readonly properties?: object; readonly description?: string }
}

const formatExamples: ReadonlyMap<string, string> = new Map([
  ['date-time', 'a time with its zone, such as 2026-11-21T09:30:00Z'],
  ['uuid', 'an id, such as 01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'],
])

function formatAdvice(format: string): string {
  return `This must be ${formatExamples.get(format) ?? `of the format ${format}`}.`
}

// People read what the field means sooner than a regular expression.
function patternAdvice({ parentSchema }: VerboseError): string {
  const meaning = parentSchema?.description
  return meaning === undefined ? 'This is not valid.' : `This is not valid. It is: ${meaning}.`
}

function unknownFieldOf({ instancePath, params, parentSchema }: VerboseError): UnknownField {
  return {
    name: String(params['additionalProperty']),
    isTopLevel: instancePath === '',
    known: Object.keys(parentSchema?.properties ?? {}),
  }
}

/** The JSON pointer of a member (RFC 6901 §3). */
export function child(pointer: string, member: unknown): string {
  return `${pointer}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function allowed(params: Record<string, unknown>): string {
  const values = Array.isArray(params['allowedValues']) ? params['allowedValues'] : [params['allowedValue']]
  return values.map(String).join(', ')
}
