import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { overloaded, stepUpRequired } from '../../../platform/kernel/problems.ts'
import { invalidCredentials } from '../../authentication/sign-in/model.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import { contactConfirmLimit, contactRequestLimit } from './answer.ts'
import type { ContactChangeConfirmations } from './confirmations.ts'
import { takenProblems } from './model.ts'
import type { ContactChangeRequests } from './requests.ts'
import {
  ChangedContactView,
  ContactConfirmationBody,
  changedContactView,
  EmailBody,
  PhoneNumberBody,
  RequestedCodeView,
  requestedView,
  toContactChange,
  typedContact,
} from './schema.ts'

const tags = ['Me']

export interface ContactChangeRoutesOptions {
  readonly contactChangeRequests: ContactChangeRequests
  readonly contactChangeConfirmations: ContactChangeConfirmations
}

/** Open to an account that has confirmed nothing: a typing error in its only address must not lock it out. */
const access = { access: 'user', openToUnverified: true } as const

const routes = [
  { kind: 'email', path: '/v1/me/email', body: EmailBody, name: 'Email', what: 'email address' },
  {
    kind: 'phone_number',
    path: '/v1/me/phone-number',
    body: PhoneNumberBody,
    name: 'PhoneNumber',
    what: 'phone number',
  },
] as const

export function contactChangeRoutes(app: App, options: ContactChangeRoutesOptions): void {
  for (const route of routes) {
    requestRoute(app, options, route)
    confirmRoute(app, options, route)
  }
}

type Route = (typeof routes)[number]

function requestRoute(
  app: App,
  { contactChangeRequests: requests }: ContactChangeRoutesOptions,
  { kind, path, body, name, what }: Route,
): void {
  app.put(
    path,
    {
      config: {
        ...access,
        limit: contactRequestLimit,
        checkRules: (given) => requests.checkRules(typedContact(kind, given as object)),
        problems: [invalidCredentials, stepUpRequired, takenProblems[kind], overloaded],
      },
      schema: {
        operationId: `changeMy${name}`,
        summary: `Change my ${what}`,
        description: `Sends a code to the new ${what}, and a notification to every contact that the account has. Nothing changes until the code is confirmed. A newer request replaces the older one. With strict privacy, the answer is the same if another account has the ${what}, and the message goes to its owner.`,
        tags,
        body,
        response: { 202: RequestedCodeView },
      },
    },
    async (request, reply) => {
      await requests.request(currentUser(request), toContactChange(kind, request.body), contextOf(request))
      return reply.code(202).send(requestedView)
    },
  )
}

function confirmRoute(
  app: App,
  { contactChangeConfirmations: confirmations }: ContactChangeRoutesOptions,
  { kind, path, name, what }: Route,
): void {
  app.post(
    `${path}/confirm`,
    {
      config: {
        ...access,
        limit: contactConfirmLimit,
        problems: [codeInvalid, codeExpired, takenProblems[kind]],
      },
      schema: {
        operationId: `confirmMy${name}`,
        summary: `Confirm my new ${what} with a code`,
        description: `The account now has the new ${what}, which is verified. All other sessions end, and the contacts that the account had before are notified. A code works once and for ten minutes. After five wrong codes, each attempt must wait. The link in a mail does the same, and works for an hour. A reset or a new password ends the change. If another account has taken the ${what} in the meantime, the answer is 409 and the change has ended.`,
        tags,
        body: ContactConfirmationBody,
        response: { 200: ChangedContactView },
      },
    },
    async (request) => {
      const caller = currentUser(request)
      const typed: { kind: ContactKind; code: string } = { kind, code: request.body.code }
      return changedContactView(await confirmations.confirm(caller, typed, contextOf(request)), caller.roles)
    },
  )
}
