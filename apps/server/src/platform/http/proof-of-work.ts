import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { CostlyCall, ProofOfWork, WorkRule } from '../kernel/proof-of-work.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The call may need proof of work. */
    work?: RouteWork
  }
}

export interface RouteWork extends WorkRule {
  /** The account that the body names, as typed; null if it names none. */
  readonly identifierOf: (body: unknown) => string | null
}

/** A header, because it is about the request and not about what the request asks for. */
export const workHeader = 'proof-of-work'

/** The name of the field in a form, which has no headers. */
export const workField = 'proof_of_work'

/** What the script of a page writes into that field. */
export const workSolution = Type.Optional(Type.String({ maxLength: 400 }))

/** Asks for proof of work on the routes that may need it, once their body is read. */
export function requireWork(app: FastifyInstance, work: ProofOfWork): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const call = costlyCallOf(request)
    if (call === null) done()
    else work.require(call, solutionIn(request)).then(() => done(), done)
  })
  app.addHook('onSend', (request, { statusCode, problemCode }, payload, done) => {
    const call = statusCode < 400 && problemCode === null ? costlyCallOf(request) : null
    if (call === null) done(null, payload)
    else work.refund(call).then(() => done(null, payload), done)
  })
}

function costlyCallOf({ body, clientAddress, routeOptions }: FastifyRequest): CostlyCall | null {
  const rule = routeOptions.config.work
  if (rule === undefined) return null
  return { rule, clientAddress, identifier: rule.identifierOf(body) }
}

function solutionIn({ body, headers }: FastifyRequest): string | null {
  const given = headers[workHeader] ?? (body as Readonly<Record<string, unknown>> | null)?.[workField]
  return typeof given === 'string' ? given : null
}
