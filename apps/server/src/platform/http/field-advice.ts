import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { nearestName, sharesWords } from '../config/nearest-name.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What to say about fields that the call does not have, and that a caller may expect. */
    fieldAdvice?: Readonly<Record<string, string>>
  }
}

/** A field of a request that its schema does not name. */
export interface UnknownField {
  readonly name: string
  /** False for a field of an object within the body. */
  readonly isTopLevel: boolean
  /** The names that are allowed in its place. */
  readonly known: readonly string[]
}

/** Says which field or which call is right; an empty text if there is nothing to say. */
export type AdviseOnField = (field: UnknownField) => string

interface Call {
  readonly method: string
  readonly url: string
  readonly fields: readonly string[]
}

/** Each of them may be the `identifier` of a call that takes one. */
const identifiers = ['username', 'email', 'phone_number']

/** Knows the fields of every call, from the schemas of the routes. */
export class FieldAdvice {
  readonly #calls: Call[] = []

  /** Call it before any route is added. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ method, url, schema }: RouteOptions) => {
      const { properties } = (schema?.body ?? {}) as { properties?: object }
      if (typeof method !== 'string' || properties === undefined) return
      this.#calls.push({ method, url, fields: Object.keys(properties) })
    })
  }

  /** The advice for a request. The same call comes first, then another one, then a similar name. */
  for({ method, routeOptions: { url, config } }: FastifyRequest): AdviseOnField {
    const { fieldAdvice = {} } = config
    return ({ name, isTopLevel, known }) => {
      const special = isTopLevel && Object.hasOwn(fieldAdvice, name) ? fieldAdvice[name] : undefined
      if (special !== undefined) return special
      const own = ownField(name, known)
      if (own !== null) return `Did you mean "${own}"?`
      const nearest = nearestName(name, known, '')
      const call = isTopLevel ? this.#callFor(name, { method, url: url ?? '' }) : null
      // A call that has a field of this very name is a better guess than a name that is only similar.
      if (call !== null) return `The call ${call.method} ${call.url} has it.`
      return nearest === null ? '' : `Did you mean "${nearest}"?`
    }
  }

  /** The most specific other call about the same resource that has the field. */
  #callFor(name: string, { method, url }: Pick<Call, 'method' | 'url'>): Call | null {
    const resource = url.split('/').slice(0, 3).join('/')
    const calls = this.#calls
      .filter((call) => call.url === resource || call.url.startsWith(`${resource}/`))
      .filter((call) => call.fields.includes(name) && (call.method !== method || call.url !== url))
      .toSorted((one, other) => one.fields.length - other.fields.length)
    return calls[0] ?? null
  }
}

/** The field of the same call that means the same: `password` is short for `new_password`. */
function ownField(name: string, known: readonly string[]): string | null {
  if (identifiers.includes(name) && known.includes('identifier')) return 'identifier'
  const sharing = known.filter((field) => sharesWords(name, field))
  return nearestName(name, sharing, '')
}
