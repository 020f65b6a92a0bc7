import { currentUser } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { stepUpRequired } from '../../../../platform/kernel/problems.ts'
import { passkeyRefused, passkeyTaken, tooManyPasskeys } from '../../../authenticators/passkeys/model.ts'
import { readFactorName } from '../input.ts'
import { factorsLimit } from '../limits/answer.ts'
import { AddedPasskeyView, AdditionOptionsView, AddPasskeyBody, addedPasskeyView } from './schema.ts'
import type { PasskeyAdditions } from './service.ts'

const tags = ['Me']

export interface PasskeyRoutesOptions {
  readonly passkeyAdditions: PasskeyAdditions
}

export function passkeyRoutes(app: App, { passkeyAdditions }: PasskeyRoutesOptions): void {
  app.post(
    '/v1/me/factors/passkeys/options',
    {
      config: { access: 'user', openToEnrolment: true, limit: factorsLimit, problems: [stepUpRequired] },
      schema: {
        operationId: 'startMyPasskey',
        summary: 'Begin to add a passkey',
        description:
          'Gives the options for `navigator.credentials.create`. Needs a recent sign-in, and a recent second factor if the account has one.',
        tags,
        response: { 200: AdditionOptionsView },
      },
    },
    async (request) => {
      const { flow, publicKey } = await passkeyAdditions.start(currentUser(request))
      return { flow, public_key: publicKey }
    },
  )

  app.post(
    '/v1/me/factors/passkeys',
    {
      config: {
        access: 'user',
        openToEnrolment: true,
        limit: factorsLimit,
        checkRules: (body) => {
          const { name } = body as { name?: string }
          if (name !== undefined) readFactorName(name)
        },
        problems: [stepUpRequired, passkeyRefused, passkeyTaken, tooManyPasskeys],
      },
      schema: {
        operationId: 'addMyPasskey',
        summary: 'Add a passkey',
        description:
          'With the answer of the browser to the options, in the same session. The passkey signs in alone, and is the second factor of a sign-in with a password. All other sessions end, and the owner is notified.',
        tags,
        headers: IdempotencyHeaders,
        body: AddPasskeyBody,
        response: { 201: AddedPasskeyView },
      },
    },
    async (request, reply) => {
      const added = await passkeyAdditions.add(currentUser(request), request.body, {
        context: contextOf(request),
        key: idempotencyKey(request),
      })
      return reply.code(201).send(addedPasskeyView(added))
    },
  )
}
