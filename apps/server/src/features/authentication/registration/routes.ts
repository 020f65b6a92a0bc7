import { acceptedLanguages } from '../../../platform/http/accept-language.ts'
import type { App } from '../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { forbidden, overloaded, unavailable } from '../../../platform/kernel/problems.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { passwordTooWeak } from '../../authenticators/passwords/model.ts'
import { signUpWork } from '../../safeguards/proof-of-work/answer.ts'
import { proofOfWorkRequired } from '../../safeguards/proof-of-work/model.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../../users/accounts/model.ts'
import { availabilityLimit, confirmLimit, registerLimit } from './answer.ts'
import type { AvailabilityService } from './availability.ts'
import type { ConfirmationService } from './confirmation.ts'
import {
  AvailabilityQuery,
  AvailabilityView,
  ConfirmRegistrationBody,
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
  readonly confirmation: Pick<ConfirmationService, 'withCode'>
}

const taken = [usernameTaken, emailTaken, phoneNumberTaken]

export function registrationRoutes(
  app: App,
  { registration, availability, confirmation }: RegistrationRoutesOptions,
): void {
  app.post(
    '/v1/auth/register',
    {
      config: {
        access: 'public',
        limit: registerLimit,
        work: signUpWork,
        problems: [forbidden, passwordTooWeak, overloaded, proofOfWorkRequired, ...taken],
        checkRules: (body) => registration.checkRules(toRegistration(body)),
      },
      schema: {
        operationId: 'register',
        summary: 'Register an account',
        description:
          'Give at least one identifier. Without a password, the account gets a user secret, which the answer shows only once. Registering does not sign in: sign in next. With the header `Idempotency-Key`, a repeated request gets the first answer again. Messages to the account are in the best language of the header `Accept-Language` that the server has; its owner can change it later (`locale`). If the server has strict privacy, the answer is always 202.',
        tags: ['Authentication'],
        headers: IdempotencyHeaders,
        body: RegisterBody,
        response: { 201: RegisteredView, 202: PendingView },
      },
    },
    async (request, reply) => {
      const languages = acceptedLanguages(request.headers['accept-language'])
      const source = { context: contextOf(request), idempotencyKey: idempotencyKey(request), languages }
      const registered = await registration.register(toRegistration(request.body), source)
      if (registered === null) return reply.code(202).send({ status: 'pending' as const })
      return reply.code(201).send(registeredView(registered))
    },
  )

  app.post(
    '/v1/auth/registration/confirm',
    {
      config: {
        access: 'public',
        limit: confirmLimit,
        problems: [codeInvalid, codeExpired, overloaded],
      },
      schema: {
        operationId: 'confirmRegistration',
        summary: 'Confirm a registration with a code',
        description:
          'Only for a server with strict privacy, where a new account waits for this. Sign in next. A wrong code, a wrong password and an address without such an account get the same answer.',
        tags: ['Authentication'],
        body: ConfirmRegistrationBody,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await confirmation.withCode(request.body, contextOf(request))
      return reply.code(204).send(null)
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
