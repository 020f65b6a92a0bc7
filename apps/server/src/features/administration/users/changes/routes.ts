import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { forbidden, notFound, rateLimited, stepUpRequired } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import {
  emailTaken,
  isServiceAccount,
  phoneNumberTaken,
  usernameTaken,
} from '../../../users/accounts/model.ts'
import type { PrivateDetailsService } from '../../../users/accounts/private-details/service.ts'
import { changesLimit } from '../answer.ts'
import { ManagedUserDetailsView, managedUserDetailsView, UserParams } from '../schema.ts'
import type { UserSearchService } from '../search/service.ts'
import { PatchUserBody, toUserPatch } from './schema.ts'
import type { UserChangeService } from './service.ts'

export interface UserChangeRoutesOptions {
  readonly userChange: UserChangeService
  readonly userSearch: Pick<UserSearchService, 'get'>
  readonly privateDetails: Pick<PrivateDetailsService, 'open'>
}

export function userChangeRoutes(
  app: App,
  { userChange, userSearch, privateDetails }: UserChangeRoutesOptions,
): void {
  app.patch(
    '/v1/users/:id',
    {
      config: {
        access: { permission: 'users:write' },
        limit: changesLimit,
        problems: [
          forbidden,
          stepUpRequired,
          notFound,
          isServiceAccount,
          usernameTaken,
          emailTaken,
          phoneNumberTaken,
          rateLimited,
        ],
        checkRules: (body) => userChange.checkRules(toUserPatch(body)),
      },
      schema: {
        operationId: 'patchUser',
        summary: 'Change a user',
        description:
          'A new email address or phone number is not confirmed: its owner gets a code. All sessions of the account end then, and every contact that it had is notified. Address and national id need the permission `users:private`.',
        tags: ['Users'],
        params: UserParams,
        body: PatchUserBody,
        response: { 200: ManagedUserDetailsView },
      },
    },
    async (request) => {
      const id = pathId<AccountId>(request.params.id)
      await userChange.change(id, toUserPatch(request.body), authorOf(request), currentCaller(request))
      const user = await userSearch.get(id)
      const maySeeDetails = currentCaller(request).permissions.includes('users:private')
      return managedUserDetailsView(user, maySeeDetails ? privateDetails.open(user.account) : null)
    },
  )
}
