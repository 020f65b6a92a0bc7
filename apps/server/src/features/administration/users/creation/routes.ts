import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { forbidden, stepUpRequired } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../../../users/accounts/model.ts'
import { changesLimit } from '../answer.ts'
import { CreatedUserView, CreateUserBody, createdUserView, toNewUser } from './schema.ts'
import type { UserCreationService } from './service.ts'

export interface UserCreationRoutesOptions {
  readonly userCreation: UserCreationService
}

/** A password that two people know protects no one (NIST SP 800-63B-4 §3.1.1.1, ASVS 6.4.1). */
const passwordAdvice =
  'No administrator can choose the password of someone else. Send "invite": true, and the owner chooses it. ' +
  'Without it, the answer shows a user secret once.'

export function userCreationRoutes(app: App, { userCreation }: UserCreationRoutesOptions): void {
  app.post(
    '/v1/users',
    {
      config: {
        access: { permission: 'users:write' },
        limit: changesLimit,
        problems: [forbidden, stepUpRequired, usernameTaken, emailTaken, phoneNumberTaken],
        fieldAdvice: { password: passwordAdvice },
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
      const created = await userCreation.create(
        newUser,
        authorOf(request),
        currentCaller(request),
        idempotencyKey(request),
      )
      const maySeeDetails = currentCaller(request).permissions.includes('users:private')
      return reply.code(201).send(createdUserView(created, maySeeDetails))
    },
  )
}
