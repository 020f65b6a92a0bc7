import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { FactorId } from '../../../platform/kernel/ids.ts'
import { notFound, stepUpRequired } from '../../../platform/kernel/problems.ts'
import { lastSignInMethod } from '../../authentication/ways-in/model.ts'
import { codeInvalid } from '../../authenticators/codes/model.ts'
import { totpNotStarted } from '../../authenticators/totp/model.ts'
import { readFactorName } from './input.ts'
import { factorsLimit as limit } from './limits/answer.ts'
import { lastFactor, noSecondFactor } from './model.ts'
import {
  AddedFactorView,
  enrolmentView,
  FactorParams,
  FactorPatchBody,
  FactorsView,
  factorsView,
  RecoveryCodesView,
  RenamedFactorView,
  renamedFactorView,
  TotpConfirmBody,
  TotpEnrolmentView,
} from './schema.ts'
import type { OwnFactorsService } from './service.ts'
import type { TotpEnrolments } from './totp.ts'

const tags = ['Me']

export interface OwnFactorsRoutesOptions {
  readonly ownFactors: OwnFactorsService
  readonly totpEnrolments: TotpEnrolments
}

export function ownFactorsRoutes(app: App, options: OwnFactorsRoutesOptions): void {
  listRoute(app, options)
  totpRoutes(app, options)
  changeRoutes(app, options)
  recoveryCodesRoute(app, options)
}

function listRoute(app: App, { ownFactors }: OwnFactorsRoutesOptions): void {
  app.get(
    '/v1/me/factors',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'listMyFactors',
        summary: 'List my second factors',
        description: 'Never shows a secret.',
        tags,
        response: { 200: FactorsView },
      },
    },
    async (request) => factorsView(await ownFactors.list(currentUser(request).accountId)),
  )
}

function totpRoutes(app: App, { totpEnrolments }: OwnFactorsRoutesOptions): void {
  app.post(
    '/v1/me/factors/totp',
    {
      config: { access: 'user', openToEnrolment: true, limit, problems: [stepUpRequired] },
      schema: {
        operationId: 'startMyTotp',
        summary: 'Begin to add an authenticator app',
        description:
          'Gives a new secret, which is no second factor until `POST /v1/me/factors/totp/confirm`. Needs a recent sign-in, and a recent second factor if the account has one.',
        tags,
        response: { 200: TotpEnrolmentView },
      },
    },
    async (request) => enrolmentView(await totpEnrolments.start(currentUser(request))),
  )

  app.post(
    '/v1/me/factors/totp/confirm',
    {
      config: {
        access: 'user',
        openToEnrolment: true,
        limit,
        problems: [stepUpRequired, totpNotStarted, codeInvalid],
      },
      schema: {
        operationId: 'confirmMyTotp',
        summary: 'Add the authenticator app',
        description:
          'The app takes the place of a former one. From now on, each sign-in asks for a second factor. All other sessions end, and the owner is notified. An `enrolment` credential ends too: sign in again with the new factor.',
        tags,
        body: TotpConfirmBody,
        response: { 200: AddedFactorView },
      },
    },
    async (request) => {
      const caller = currentUser(request)
      const codes = await totpEnrolments.confirm(caller, request.body.code, contextOf(request))
      return { recovery_codes: codes === null ? null : [...codes] }
    },
  )
}

function changeRoutes(app: App, { ownFactors }: OwnFactorsRoutesOptions): void {
  app.patch(
    '/v1/me/factors/:id',
    {
      config: {
        access: 'user',
        limit,
        checkRules: (body) => readFactorName((body as { name: string }).name),
        problems: [notFound],
      },
      schema: {
        operationId: 'renameMyFactor',
        summary: 'Rename one of my second factors',
        description: 'The name helps its owner to tell their factors apart.',
        tags,
        params: FactorParams,
        body: FactorPatchBody,
        response: { 200: RenamedFactorView },
      },
    },
    async (request) => {
      const id = pathId<FactorId>(request.params.id)
      const { name } = request.body
      return renamedFactorView(await ownFactors.rename(currentUser(request), id, name, contextOf(request)))
    },
  )

  app.delete(
    '/v1/me/factors/:id',
    {
      config: {
        access: 'user',
        limit,
        problems: [lastFactor, lastSignInMethod, notFound, stepUpRequired],
      },
      schema: {
        operationId: 'removeMyFactor',
        summary: 'Remove one of my second factors',
        description:
          'Needs a recent second factor. All other sessions end, and the owner is notified. With the last factor, the recovery codes go too. A passkey that is the only way to sign in cannot be removed.',
        tags,
        params: FactorParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const id = pathId<FactorId>(request.params.id)
      await ownFactors.remove(currentUser(request), id, contextOf(request))
      return reply.code(204).send(null)
    },
  )
}

function recoveryCodesRoute(app: App, { ownFactors }: OwnFactorsRoutesOptions): void {
  app.post(
    '/v1/me/recovery-codes',
    {
      config: { access: 'user', limit, problems: [stepUpRequired, noSecondFactor] },
      schema: {
        operationId: 'replaceMyRecoveryCodes',
        summary: 'Get new recovery codes',
        description:
          'The earlier codes no longer work. Needs a recent second factor. All other sessions end, and the owner is notified.',
        tags,
        response: { 200: RecoveryCodesView },
      },
    },
    async (request) => {
      const codes = await ownFactors.replaceRecoveryCodes(currentUser(request), contextOf(request))
      return { recovery_codes: [...codes] }
    },
  )
}
