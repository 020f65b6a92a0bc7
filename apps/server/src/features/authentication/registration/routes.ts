import type { App } from '../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../platform/http/idempotency-key.ts'
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
        checkRules: (body) => registration.checkRules(toRegistration(body)),
      },
      schema: {
        operationId: 'register',
        summary: 'Register an account',
        description:
          'Give at least one identifier. Without a password, the account gets a user secret, which the answer shows only once. Registering does not sign in: sign in next. With the header `Idempotency-Key`, a repeated request gets the first answer again. If the server has strict privacy, the answer is always 202.',
        tags: ['Authentication'],
        headers: IdempotencyHeaders,
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
        description:
          'For a form that checks while a person types. The answer is only a hint, because someone else may take the identifier before the registration. The settings of the server decide which kinds of identifier it answers for.',
        tags: ['Authentication'],
        querystring: AvailabilityQuery,
        response: { 200: AvailabilityView },
      },
    },
    async (request) => await availability.check(toIdentifiers(request.query)),
  )
}
