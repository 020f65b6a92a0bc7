import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { Viewer } from '../viewer.ts'

/** The Fastify instance that routes are added to. The TypeBox schema of a field is also its type. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** The user who makes a request. */
export type ViewerOfRequest = (request: FastifyRequest) => Viewer
