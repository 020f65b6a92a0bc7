import buildValidators from '@fastify/ajv-compiler'
import buildSerializers from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance } from 'fastify'

const validation = {
  verbose: true,
  allErrors: true,
  removeAdditional: false,
  coerceTypes: false,
  useDefaults: false,
} as const

/**
 * Compiles each schema when it is first used. To compile those of all routes took a quarter of the start, and in its
 * first seconds a server needs few of them. Fastify passes headers on as they are, so a schema names them in lower case.
 */
export function compileSchemasLate(app: FastifyInstance): void {
  const compileValidator = buildValidators()({}, { customOptions: validation })
  const compileSerializer = buildSerializers()({}, {})
  app.setValidatorCompiler((route) => validateLater(() => compileValidator(route)))
  app.setSerializerCompiler(({ httpStatus = '', ...route }) =>
    serializeLater(() => compileSerializer({ ...route, httpStatus })),
  )
}

/** As Fastify calls it: the errors of the last value are a property of the function. */
interface Validate<Result, Errors> {
  (value: unknown): Result
  errors?: Errors
}

/** @param compile called once */
export function validateLater<Result, Errors>(
  compile: () => Validate<Result, Errors>,
): Validate<Result, Errors> {
  let compiled: Validate<Result, Errors> | null = null
  const validate: Validate<Result, Errors> = (value) => {
    compiled ??= compile()
    const result = compiled(value)
    if (compiled.errors === undefined) delete validate.errors
    else validate.errors = compiled.errors
    return result
  }
  return validate
}

/** @param compile called once */
function serializeLater(compile: () => (value: unknown) => string): (value: unknown) => string {
  let compiled: ((value: unknown) => string) | null = null
  return (value) => {
    compiled ??= compile()
    return compiled(value)
  }
}
