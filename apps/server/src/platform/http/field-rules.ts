import type { FastifyInstance, FastifyRequest, FastifySchemaValidationError, RouteOptions } from 'fastify'
import { Failure, type FieldError } from '../kernel/failures.ts'
import { invalidFields } from '../kernel/problems.ts'
import type { FieldAdvice } from './field-advice.ts'
import { child, refusedPointers, validationFailure } from './validation.ts'

/** Checks the rules that a schema cannot express. @throws Failure, naming every field that breaks one */
export type CheckRules = (body: Fields, request: FastifyRequest) => unknown

type Fields = Readonly<Record<string, unknown>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Called with the fields of a refused body that are of the right type, so that one answer names every wrong field.
     * Needed if the service refuses fields that the schema accepts; a test of all routes finds a route without it.
     */
    checkRules?: CheckRules
  }
}

/**
 * Names every wrong field in one answer. Otherwise a person who fixes the types would only then learn of the rules, which
 * are checked later. Call it before any route is added.
 */
export function nameEveryField(app: FastifyInstance, advice: Pick<FieldAdvice, 'for'>): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.checkRules !== undefined) route.attachValidation = true
  })
  app.addHook('preHandler', (request, _reply, done) => {
    const { validationError } = request
    if (validationError === undefined) done()
    else failureOf(request, validationError, advice).then(done, done)
  })
}

async function failureOf(
  request: FastifyRequest,
  validationError: NonNullable<FastifyRequest['validationError']>,
  advice: Pick<FieldAdvice, 'for'>,
): Promise<Error> {
  const { body } = request
  const { checkRules } = request.routeOptions.config
  const isAboutBody = validationError.validationContext === 'body' && isRecord(body)
  if (checkRules === undefined || !isAboutBody) return validationError
  const found = validationError.validation as FastifySchemaValidationError[]
  const { errors } = validationFailure(found, advice.for(request))
  const broken = await brokenRules(() => checkRules(validFields(body, refusedPointers(found)), request))
  return invalidFields(...errors, ...broken)
}

/** Without the rules about the body as a whole, which may hold once every field is right. */
async function brokenRules(check: () => unknown): Promise<readonly FieldError[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'invalid') throw error
    return error.errors.filter(({ pointer }) => pointer !== '')
  }
}

/** The fields that are not refused, also of the objects in the body. */
function validFields(body: Fields, refused: ReadonlySet<string>, parent = ''): Record<string, unknown> {
  const named = Object.entries(body).map(([name, value]) => ({ name, value, pointer: child(parent, name) }))
  return Object.fromEntries(
    named
      .filter(({ pointer }) => !refused.has(pointer))
      .map(({ name, value, pointer }) => [
        name,
        isRecord(value) ? validFields(value, refused, pointer) : value,
      ]),
  )
}

function isRecord(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}
