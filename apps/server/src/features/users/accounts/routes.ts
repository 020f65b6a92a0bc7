import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { readAccountPatch } from './input.ts'
import type { PrivateDetailsService } from './private-details/service.ts'
import { MeView, meView, PatchMeBody, toPatch } from './schema.ts'
import type { AccountsService } from './service.ts'

export interface AccountsRoutesServices {
  readonly accounts: AccountsService
  readonly privateDetails: PrivateDetailsService
}

export function accountsRoutes(app: App, { accounts, privateDetails }: AccountsRoutesServices): void {
  app.get(
    '/v1/me',
    {
      config: { access: 'user', openToUnverified: true },
      schema: {
        operationId: 'getMe',
        summary: 'Show my account',
        description: 'The account of the caller, with the fields that are shown only to its owner.',
        tags: ['Me'],
        response: { 200: MeView },
      },
    },
    async (request) => {
      const { account, roles } = currentUser(request)
      return meView(account, privateDetails.open(account), roles)
    },
  )

  app.patch(
    '/v1/me',
    {
      config: { access: 'user', checkRules: (body) => readAccountPatch(toPatch(body)) },
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
      const account = await accounts.update(accountId, toPatch(request.body))
      return meView(account, privateDetails.open(account), roles)
    },
  )
}
