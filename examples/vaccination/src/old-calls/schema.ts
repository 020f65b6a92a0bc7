import { OldFailure, type OldRequest } from './model.ts'

export function readToken(body: unknown): string {
  const { token } = fieldsOf(body)
  if (typeof token !== 'string') throw invalid('token', token, 'string')
  return token
}

export function readVaccinationId(body: unknown): number {
  const { vaccination_id: given } = fieldsOf(body)
  // FastAPI took a text of digits for a number.
  const id = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : given
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id > 2_147_483_647)
    throw invalid('vaccination_id', given, 'int')
  return id
}

export function oldRequestView({ id, userId, requestedAt, approvedAt }: OldRequest) {
  return { id, user_id: userId, approved: approvedAt !== null, created_at: requestedAt }
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>
}

/** In the form of Pydantic 2. It does not repeat what was sent, which may be a token. */
function invalid(field: string, given: unknown, type: 'string' | 'int'): OldFailure {
  const error =
    given === undefined
      ? { type: 'missing', msg: 'Field required' }
      : { type: `${type}_type`, msg: `Input should be a valid ${type === 'int' ? 'integer' : type}` }
  return new OldFailure(422, [{ ...error, loc: ['body', field], input: null }])
}
