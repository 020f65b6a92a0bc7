import { acceptedLanguages } from '../../../../platform/http/accept-language.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { forbidden } from '../../../../platform/kernel/problems.ts'
import { passkeyRefused, passkeyTaken } from '../../../authenticators/passkeys/model.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../../../users/accounts/model.ts'
import { registerLimit } from '../answer.ts'
import type { RegistrationService } from '../service.ts'
import {
  RegisteredWithPasskeyView,
  RegisterPasskeyBody,
  RegistrationOptionsView,
  registeredWithPasskeyView,
  toGivenRegistration,
  toInput,
} from './schema.ts'
import type { PasskeyRegistrationService } from './service.ts'

export interface PasskeyRegistrationRoutesOptions {
  readonly registration: Pick<RegistrationService, 'checkRules'>
  readonly passkeyRegistration: PasskeyRegistrationService
}

const taken = [usernameTaken, emailTaken, phoneNumberTaken]

export function passkeyRegistrationRoutes(
  app: App,
  { passkeyRegistration, registration }: PasskeyRegistrationRoutesOptions,
): void {
  app.post(
    '/v1/auth/register/passkey',
    {
      config: {
        access: 'public',
        limit: registerLimit,
        problems: [forbidden, passkeyRefused, passkeyTaken, ...taken],
        checkRules: (body) => registration.checkRules(toInput(body)),
      },
      schema: {
        operationId: 'registerWithPasskey',
        summary: 'Register an account with a passkey',
        description:
          'Two calls. The first takes the fields of the account and gives the options for `navigator.credentials.create`. The second takes `flow` and the answer of the browser, and creates the account. It has neither a password nor a user secret. Registering does not sign in: sign in next. With strict privacy, the server refuses this: register with a password first.',
        tags: ['Authentication'],
        headers: IdempotencyHeaders,
        body: RegisterPasskeyBody,
        response: { 200: RegistrationOptionsView, 201: RegisteredWithPasskeyView },
      },
    },
    async (request, reply) => {
      const given = toGivenRegistration(request.body)
      if (given === null) {
        const { flow, publicKey } = await passkeyRegistration.start(toInput(request.body))
        return { flow, public_key: publicKey }
      }
      const languages = acceptedLanguages(request.headers['accept-language'])
      const source = { context: contextOf(request), idempotencyKey: idempotencyKey(request), languages }
      const registered = await passkeyRegistration.finish(given, source)
      return reply.code(201).send(registeredWithPasskeyView(registered))
    },
  )
}
