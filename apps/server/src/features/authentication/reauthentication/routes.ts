import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { forbidden, overloaded } from '../../../platform/kernel/problems.ts'
import { invalidCredentials } from '../sign-in/model.ts'
import type { SessionRenewal } from './renewal.ts'
import { FactorOptionsView, ReauthenticationBody, toGivenProof } from './schema.ts'

/** Each call may hash a password. The limit covers all accounts, as at sign-in. */
const limit = { name: 'reauthentication', quota: 60, windowSeconds: 300 }

const tags = ['Me']

export interface ReauthenticationRoutesOptions {
  readonly sessionRenewal: SessionRenewal
}

export function reauthenticationRoutes(app: App, { sessionRenewal }: ReauthenticationRoutesOptions): void {
  app.post(
    '/v1/me/reauthentication',
    {
      config: { access: 'user', limit, problems: [forbidden, invalidCredentials, overloaded] },
      schema: {
        operationId: 'reauthenticate',
        summary: 'Make my session fresh again',
        description:
          'After the answer `step_up_required`. The session then counts as authenticated now, and `auth_time` moves. With a second factor, `amr` and `acr` say so too. An access token keeps what it says: get a new one.',
        tags,
        body: ReauthenticationBody,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await sessionRenewal.renew(currentUser(request), toGivenProof(request.body), contextOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/v1/me/reauthentication/passkey',
    {
      config: { access: 'user', limit, problems: [forbidden] },
      schema: {
        operationId: 'startPasskeyReauthentication',
        summary: 'Begin to make my session fresh with a passkey',
        description:
          'Gives the options for `navigator.credentials.get`. Send the answer of the browser to `POST /v1/me/reauthentication`, with `factor` `passkey` and the answer as `response`. Each options can be answered once, in this session.',
        tags,
        response: { 200: FactorOptionsView },
      },
    },
    async (request) => ({ public_key: await sessionRenewal.startPasskey(currentUser(request)) }),
  )
}
