import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CanActivate, type ExecutionContext, HttpException } from '@nestjs/common'
import type { GuardOptions } from '../settings.ts'
import { authorizationOf } from './node.ts'
import { type Framework, RequestGuard } from './request-guard.ts'
import { type RouteCheck, refusalOf } from './route-check.ts'

type Incoming = Pick<IncomingMessage, 'headers' | 'rawHeaders'>

/** A request of Nest on Express, or on Fastify. */
export type NestRequest = Incoming | { readonly raw: Incoming }

type NestResponse =
  | Pick<ServerResponse, 'setHeader'>
  | { readonly header: (name: string, value: string) => unknown }

const framework: Framework<NestRequest, CanActivate> = {
  authorizationOf: (request) => authorizationOf('raw' in request ? request.raw : request),
  middleware: (check) => ({ canActivate: (context) => canActivate(check, context) }),
}

/** The guard for NestJS. It makes guards for `@UseGuards`. @throws TypeError if a setting cannot work */
export function guard(options: GuardOptions): RequestGuard<NestRequest, CanActivate> {
  return new RequestGuard(options, framework)
}

async function canActivate(check: RouteCheck<NestRequest>, context: ExecutionContext): Promise<true> {
  // Messages of other transports have no headers, and GraphQL hides the request elsewhere.
  if (context.getType() !== 'http') throw new Error('This guard protects routes of HTTP only.')
  const http = context.switchToHttp()
  const refusal = await refusalOf(check, http.getRequest<NestRequest>())
  if (refusal === null) return true
  // An exception of Nest has no headers, so they are set before.
  const response = http.getResponse<NestResponse>()
  for (const [name, value] of Object.entries(refusal.headers)) {
    if ('setHeader' in response) response.setHeader(name, value)
    else response.header(name, value)
  }
  throw new HttpException(JSON.parse(refusal.body) as Record<string, unknown>, refusal.status)
}
