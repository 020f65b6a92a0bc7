import type { App } from '../../platform/http/app.ts'
import { forbidden, overloaded, unavailable } from '../../platform/kernel/problems.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../accounts/model.ts'
import { passwordTooWeak } from '../passwords/model.ts'
import { registrationClosed } from './model.ts'
import {
  AvailabilityQuery,
  AvailabilityView,
  RegisterBody,
  RegisteredView,
  registeredView,
  toIdentifiers,
  toRegistration,
} from './schema.ts'
import type { RegistrationService } from './service.ts'

const taken = [usernameTaken, emailTaken, phoneNumberTaken]

export function registrationRoutes(app: App, { registration }: { registration: RegistrationService }): void {
  app.post(
    '/v1/auth/register',
    {
      config: { access: 'public', problems: [registrationClosed, passwordTooWeak, overloaded, ...taken] },
      schema: {
        operationId: 'register',
        summary: 'Register an account',
        tags: ['Register and sign in'],
        body: RegisterBody,
        response: { 201: RegisteredView },
      },
    },
    async (request, reply) => {
      const registered = await registration.register(toRegistration(request.body), request.ip)
      return reply.code(201).send(registeredView(registered))
    },
  )

  app.get(
    '/v1/auth/availability',
    {
      config: { access: 'public', problems: [forbidden, unavailable] },
      schema: {
        operationId: 'getAvailability',
        summary: 'Whether a username, email or phone number could still be registered',
        tags: ['Register and sign in'],
        querystring: AvailabilityQuery,
        response: { 200: AvailabilityView },
      },
    },
    async (request) => await registration.availability(toIdentifiers(request.query)),
  )
}
