import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { forbidden, overloaded, stepUpRequired } from '../../../../platform/kernel/problems.ts'
import { passwordTooWeak } from '../../../authenticators/passwords/model.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../../../users/accounts/model.ts'
import { changesLimit } from '../answer.ts'
import { CreatedUserView, CreateUserBody, createdUserView, toNewUser } from './schema.ts'
import type { UserCreationService } from './service.ts'

export interface UserCreationRoutesOptions {
  readonly userCreation: UserCreationService
}

export function userCreationRoutes(app: App, { userCreation }: UserCreationRoutesOptions): void {
  app.post(
    '/v1/users',
    {
      config: {
        access: { permission: 'users:write' },
        limit: changesLimit,
        problems: [
          forbidden,
          stepUpRequired,
          passwordTooWeak,
          overloaded,
          usernameTaken,
          emailTaken,
          phoneNumberTaken,
        ],
        checkRules: (body) => userCreation.checkRules(toNewUser(body)),
      },
      schema: {
        operationId: 'createUser',
        summary: 'Create or invite a user',
        description:
          'Works whether or not registration is open, and accepts reserved usernames. Roles need the permission `roles:write` and a recent sign-in. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags: ['Users'],
        headers: IdempotencyHeaders,
        body: CreateUserBody,
        response: { 201: CreatedUserView },
      },
    },
    async (request, reply) => {
      const newUser = toNewUser(request.body)
      const registered = await userCreation.create(
        newUser,
        authorOf(request),
        currentCaller(request),
        idempotencyKey(request),
      )
      return reply.code(201).send(createdUserView(registered))
    },
  )
}
