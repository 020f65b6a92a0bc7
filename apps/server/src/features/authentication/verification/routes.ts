import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { confirmLimit, requestLimit } from './limits/answer.ts'
import {
  ConfirmationBody,
  RequestedCodeView,
  requestedCodeView,
  VerificationBody,
  VerifiedView,
  verifiedView,
} from './schema.ts'
import type { VerificationService } from './service.ts'

const tags = ['Me']

export interface VerificationRoutesOptions {
  readonly verification: VerificationService
}

export function verificationRoutes(app: App, { verification }: VerificationRoutesOptions): void {
  app.post(
    '/v1/me/verification',
    {
      config: { access: 'user', openToUnverified: true, limit: requestLimit },
      schema: {
        operationId: 'requestVerification',
        summary: 'Send me a code to confirm my email address or phone number',
        description:
          'Sends a message with a code of six digits; a mail also has a link. Registration sends the first code, so call this only if the user asks for another one, at most once a minute. A newer code invalidates the older one. A code proves only the address that it was sent to, even if the account has another one by then.',
        tags,
        body: VerificationBody,
        response: { 202: RequestedCodeView },
      },
    },
    async (request, reply) => {
      const requested = await verification.request(
        currentUser(request),
        request.body.channel,
        contextOf(request),
      )
      return reply.code(202).send(requestedCodeView(requested))
    },
  )

  app.post(
    '/v1/me/verification/confirm',
    {
      config: {
        access: 'user',
        openToUnverified: true,
        limit: confirmLimit,
        problems: [codeInvalid, codeExpired],
      },
      schema: {
        operationId: 'confirmVerification',
        summary: 'Confirm my email address or phone number with a code',
        description:
          'A code works once and for ten minutes. After five wrong codes, each attempt must wait, and a new code does not shorten the wait. The link in a mail still works.',
        tags,
        body: ConfirmationBody,
        response: { 200: VerifiedView },
      },
    },
    async (request) => {
      const caller = currentUser(request)
      const { channel: kind, code } = request.body
      const account = await verification.confirm(caller, { kind, code }, contextOf(request))
      return verifiedView(account, caller.roles)
    },
  )
}
