import type { App } from '../../../platform/http/app.ts'
import { idempotencyKey } from '../../../platform/http/idempotency-key.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { forbidden, overloaded, unavailable } from '../../../platform/kernel/problems.ts'
import { passwordTooWeak } from '../../authenticators/passwords/model.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../../users/accounts/model.ts'
import type { AvailabilityService } from './availability.ts'
import {
  AvailabilityQuery,
  AvailabilityView,
  PendingView,
  RegisterBody,
  RegisteredView,
  registeredView,
  toIdentifiers,
  toRegistration,
} from './schema.ts'
import type { RegistrationService } from './service.ts'

export interface RegistrationRoutesOptions {
  readonly registration: RegistrationService
  readonly availability: AvailabilityService
}

const registerLimit = { name: 'register', quota: 300, windowSeconds: 300 }
/** Enough for a form that checks while the user types, and far too little to try a list of addresses. */
const availabilityLimit = { name: 'availability', quota: 60, windowSeconds: 60 }
const taken = [usernameTaken, emailTaken, phoneNumberTaken]

export function registrationRoutes(
  app: App,
  { registration, availability }: RegistrationRoutesOptions,
): void {
  app.post(
    '/v1/auth/register',
    {
      config: {
        access: 'public',
        limit: registerLimit,
        problems: [forbidden, passwordTooWeak, overloaded, ...taken],
      },
      schema: {
        operationId: 'register',
        summary: 'Register an account',
        tags: ['Authentication'],
        body: RegisterBody,
        response: { 201: RegisteredView, 202: PendingView },
      },
    },
    async (request, reply) => {
      const source = { context: contextOf(request), idempotencyKey: idempotencyKey(request) }
      const registered = await registration.register(toRegistration(request.body), source)
      if (registered === null) return reply.code(202).send({ status: 'pending' as const })
      return reply.code(201).send(registeredView(registered))
    },
  )

  app.get(
    '/v1/auth/availability',
    {
      config: { access: 'public', limit: availabilityLimit, problems: [forbidden, unavailable] },
      schema: {
        operationId: 'getAvailability',
        summary: 'Check whether a username, email or phone number is available',
        tags: ['Authentication'],
        querystring: AvailabilityQuery,
        response: { 200: AvailabilityView },
      },
    },
    async (request) => await availability.check(toIdentifiers(request.query)),
  )
}
