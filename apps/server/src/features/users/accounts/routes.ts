import { currentCaller, currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { impersonatorOf, isProgram } from '../../../platform/kernel/principal.ts'
import { readAccountPatch } from './input.ts'
import type { PrivateDetails } from './model.ts'
import type { PrivateDetailsService } from './private-details/service.ts'
import { MeView, meView, PatchMeBody, PermissionsView, toPatch } from './schema.ts'
import type { AccountsService } from './service.ts'

export interface AccountsRoutesServices {
  readonly accounts: AccountsService
  readonly privateDetails: PrivateDetailsService
}

/** Each change is recorded, and accounts are free. */
const accountLimit = { name: 'account-changes', quota: 1_000, windowSeconds: 3_600 }

const noDetails: PrivateDetails = { address: null, nationalId: null }

export function accountsRoutes(app: App, { accounts, privateDetails }: AccountsRoutesServices): void {
  app.get(
    '/v1/me',
    {
      config: { access: 'user', openToUnverified: true, openToPrograms: true, openToImpersonators: true },
      schema: {
        operationId: 'getMe',
        summary: 'Show my account',
        description:
          'The account of the caller, with the fields that are shown only to its owner. A program gets null for `address` ' +
          'and `national_id`.',
        tags: ['Me'],
        response: { 200: MeView },
      },
    },
    async (request) => {
      const caller = currentCaller(request)
      const { account, roles } = caller
      // Keys are kept in files. One that leaks must not reveal where its owner lives (I14). An administrator needs a
      // permission of its own for that.
      const isOwner = !isProgram(caller) && impersonatorOf(caller) === null
      const details = !isOwner ? noDetails : privateDetails.open(account)
      return meView(account, details, roles)
    },
  )

  app.get(
    '/v1/me/permissions',
    {
      config: { access: 'user', openToPrograms: true, openToImpersonators: true },
      schema: {
        operationId: 'listMyPermissions',
        summary: 'List what I may do',
        description: 'The permissions of the caller, as the access rules see them at this moment.',
        tags: ['Me'],
        response: { 200: PermissionsView },
      },
    },
    async (request) => ({ permissions: [...currentCaller(request).permissions] }),
  )

  app.patch(
    '/v1/me',
    {
      config: {
        access: 'user',
        limit: accountLimit,
        checkRules: (body) => readAccountPatch(toPatch(body)),
      },
      schema: {
        operationId: 'patchMe',
        summary: 'Change my names, address, national id or locale',
        description:
          'Changes the fields in the body and no others. Username and password have calls of their own.',
        tags: ['Me'],
        body: PatchMeBody,
        response: { 200: MeView },
      },
    },
    async (request) => {
      const { accountId, roles } = currentUser(request)
      const account = await accounts.update(accountId, toPatch(request.body), contextOf(request))
      return meView(account, privateDetails.open(account), roles)
    },
  )
}
