import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { forbidden } from '../../../../platform/kernel/problems.ts'
import { answerSignIn, loginLimit, loginResponse, refuseForeignCookies } from '../../sign-in/answer.ts'
import { invalidCredentials } from '../../sign-in/model.ts'
import { PasskeyBody, PasskeyLoginOptions, PasskeyOptionsBody, toPasskeyLogin } from './schema.ts'
import type { PasskeyLoginService } from './service.ts'

/** A page asks for options whenever it is opened, so that the browser can offer passkeys. Each is a row for five minutes. */
const optionsLimit = { name: 'passkey-options', quota: 300, windowSeconds: 300 }

const tags = ['Authentication']

export interface PasskeyLoginRoutesOptions {
  readonly passkeyLogin: PasskeyLoginService
  readonly publicUrl: () => string
}

export function passkeyLoginRoutes(app: App, { passkeyLogin, publicUrl }: PasskeyLoginRoutesOptions): void {
  app.post(
    '/v1/auth/passkey/options',
    {
      config: { access: 'public', limit: optionsLimit },
      schema: {
        operationId: 'startPasskeyLogin',
        summary: 'Begin to sign in with a passkey',
        description:
          'Gives the options for `navigator.credentials.get`. An identifier that no account has gets an answer of the same form.',
        tags,
        body: PasskeyOptionsBody,
        response: { 200: PasskeyLoginOptions },
      },
    },
    async (request) => {
      const { flow, publicKey } = await passkeyLogin.start(request.body.identifier ?? null)
      return { flow, public_key: publicKey }
    },
  )

  app.post(
    '/v1/auth/passkey',
    {
      config: { access: 'public', limit: loginLimit, problems: [forbidden, invalidCredentials] },
      schema: {
        operationId: 'loginWithPasskey',
        summary: 'Sign in with a passkey',
        description:
          'With the answer of the browser to the options. A passkey counts as two factors, so nothing else is asked for. A wrong answer uses up the flow: begin again. An unknown passkey and a wrong answer get the same answer.',
        tags,
        body: PasskeyBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const given = toPasskeyLogin(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answerSignIn(reply, given.mode, await passkeyLogin.finish(given, contextOf(request)))
    },
  )
}
