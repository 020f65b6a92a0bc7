import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import type { App } from './app.ts'
import { parseForm } from './form-body.ts'
import { hasContent, readBody } from './read-body.ts'

/**
 * Accepts forms in this context, and no other bodies. No other route takes forms: a form is the only request that a page of
 * another origin can send without being asked for permission (ASVS 3.5.1).
 */
export function acceptForms(pages: App, { fieldsMax }: { readonly fieldsMax: number }): void {
  pages.removeAllContentTypeParsers()
  pages.addContentTypeParser(
    'application/x-www-form-urlencoded',
    async (request: FastifyRequest, payload: IncomingMessage) =>
      readForm(await readBody(request, payload), fieldsMax),
  )
  pages.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (await hasContent(request, payload)) throw unreadable()
  })
}

/** A request without content has no body, whatever its type. */
function readForm(body: Buffer, fieldsMax: number): Record<string, string> | undefined {
  if (body.length === 0) return undefined
  try {
    return parseForm(body, fieldsMax)
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(cause?: unknown): Failure {
  return new Failure(malformedRequest, { detail: 'Send the form of the page as it is.', cause })
}
