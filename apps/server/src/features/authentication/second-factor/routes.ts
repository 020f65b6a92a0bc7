import type { FastifyReply } from 'fastify'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { setDeviceCookie, trustedDeviceHeader } from '../../../platform/http/trusted-device.ts'
import { forbidden, invalidToken } from '../../../platform/kernel/problems.ts'
import type { DeviceSecret } from '../../authenticators/trusted-devices/model.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import { answerSignIn, loginLimit, loginResponse, refuseForeignCookies } from '../sign-in/answer.ts'
import { invalidCredentials, mfaRequired } from '../sign-in/model.ts'
import { sendLimit } from './limits/answer.ts'
import {
  CodeSentView,
  codeSentView,
  FactorOptionsView,
  MfaBody,
  MfaPasskeyBody,
  MfaSendBody,
  toAnswer,
} from './schema.ts'
import type { SecondFactorService } from './service.ts'

const tags = ['Authentication']

export interface SecondFactorRoutesOptions {
  readonly secondFactor: SecondFactorService
  readonly publicUrl: () => string
}

export function secondFactorRoutes(app: App, { secondFactor, publicUrl }: SecondFactorRoutesOptions): void {
  app.post(
    '/v1/auth/mfa',
    {
      config: {
        access: 'public',
        limit: loginLimit,
        problems: [forbidden, invalidCredentials, invalidToken, mfaRequired],
      },
      schema: {
        operationId: 'finishSignIn',
        summary: 'Finish a sign-in with a second factor',
        description:
          'After the answer `mfa_required`. The client gets what it asked for when it began. After a wrong factor, the same challenge works again. After several wrong factors in a row, each attempt must wait, whatever the challenge.',
        tags,
        body: MfaBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const answer = toAnswer(request.body)
      const mode = await secondFactor.modeOf(answer.challenge)
      refuseForeignCookies(request, mode, publicUrl())
      const { device, outcome } = await secondFactor.finish(answer, contextOf(request))
      if (device !== null) giveDevice(reply, mode, device)
      return answerSignIn(reply, mode, outcome)
    },
  )

  app.post(
    '/v1/auth/mfa/send',
    {
      config: { access: 'public', limit: sendLimit, problems: [invalidToken] },
      schema: {
        operationId: 'sendSecondFactorCode',
        summary: 'Send a code as the second factor',
        description:
          'Sends a code of six digits to a confirmed contact of the account, if `factors` in the answer `mfa_required` names it. Send it to `POST /v1/auth/mfa`. It works once, and only with this challenge. A newer code replaces it. Within a minute, no other one is sent. After five wrong codes, each attempt must wait, and neither a new code nor a new challenge shortens the wait. The server offers this only if its operator has turned it on (`PROXIMA_SECOND_FACTOR_CODES`).',
        tags,
        body: MfaSendBody,
        response: { 202: CodeSentView },
      },
    },
    async (request, reply) => {
      const { challenge, factor } = request.body
      const sent = await secondFactor.sendCode(challenge, factor, contextOf(request))
      return reply.code(202).send(codeSentView(sent))
    },
  )

  app.post(
    '/v1/auth/mfa/passkey',
    {
      config: { access: 'public', limit: loginLimit, problems: [invalidToken] },
      schema: {
        operationId: 'startPasskeyFactor',
        summary: 'Begin to give a passkey as the second factor',
        description:
          'Gives the options for `navigator.credentials.get`. Send the answer of the browser to `POST /v1/auth/mfa`, with `factor` `passkey` and the answer as `response`. Each options can be answered once.',
        tags,
        body: MfaPasskeyBody,
        response: { 200: FactorOptionsView },
      },
    },
    async (request) => ({ public_key: await secondFactor.startPasskey(request.body.challenge) }),
  )
}

/** A browser keeps it out of reach of scripts; a program keeps it as it keeps its tokens. */
function giveDevice(reply: FastifyReply, mode: SessionMode, device: DeviceSecret): void {
  if (mode === 'cookie') setDeviceCookie(reply, device)
  else void reply.header(trustedDeviceHeader, device.secret)
}
