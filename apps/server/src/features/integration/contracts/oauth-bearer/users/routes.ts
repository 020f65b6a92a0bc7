import { Failure } from '../../../../../platform/kernel/failures.ts'
import { notFound } from '../../../../../platform/kernel/problems.ts'
import { changesLimit } from '../../../../administration/users/answer.ts'
import { contactRequestLimit } from '../../../../self-service/contacts/answer.ts'
import type { ContractCall } from '../../contract.ts'
import { callerOf, ok } from '../call.ts'
import { OldFields } from '../fields.ts'
import { readOldId } from '../model.ts'
import { oldUserOf } from '../schema.ts'
import type { OauthBearerUsers, OldUserPatch } from './service.ts'

export interface UserRoutesOptions {
  readonly oauthBearerUsers: OauthBearerUsers
}

const userPage = { default: 100, max: 100 }

export function userRoutes({ oauthBearerUsers: users }: UserRoutesOptions) {
  return {
    'GET /users': {
      access: 'user',
      handle: async (call: ContractCall) => {
        const page = { after: integerIn(call, 'after'), limit: limitIn(call) }
        return ok((await users.list(callerOf(call), page)).map(oldUserOf))
      },
    },
    'GET /users/:id': {
      access: 'user',
      handle: async (call: ContractCall) => ok(oldUserOf(await users.get(callerOf(call), idOf(call)))),
    },
    'PUT /users/:id': {
      access: 'user',
      limit: changesLimit,
      // Such a change sends a message and reveals who is taken, so it costs as much as in the API (A37, A88, A89).
      limitByBody: (body: unknown) => (hasContact(body) ? contactRequestLimit : null),
      handle: async (call: ContractCall) => {
        const patch = readPatch(call.body)
        return ok(oldUserOf(await users.change(callerOf(call), idOf(call), patch, call.context)))
      },
    },
    'DELETE /users/:id': {
      access: 'user',
      limit: changesLimit,
      handle: async (call: ContractCall) => {
        const fields = new OldFields(call.body ?? {})
        const currentPassword = fields.optionalText('current_password')
        fields.finish()
        const given = currentPassword === undefined ? {} : { currentPassword }
        await users.delete(callerOf(call), idOf(call), given, call.context)
        return ok({ message: 'User deleted successfully' })
      },
    },
  } as const
}

/** An absent field stays as it is. An empty text clears a field, except the contacts, which an old form sends empty. */
function readPatch(body: unknown): OldUserPatch {
  const fields = new OldFields(body)
  const names = ['name', 'email', 'phone_number', 'address', 'nid'] as const
  const [name, email, phoneNumber, address, nid] = names.map((each) => fields.optionalText(each))
  fields.checkInteger('role_id')
  if ((fields.optionalText('password') ?? '') !== '')
    fields.refuse('password', 'Change a password with PUT /v1/me/password, or with POST /forgot.')
  fields.finish()
  return {
    ...(name !== undefined && { fullName: name === '' ? null : name }),
    ...(email !== undefined && email !== '' && { email }),
    ...(phoneNumber !== undefined && phoneNumber !== '' && { phoneNumber }),
    ...(address !== undefined && { address: address === '' ? null : address }),
    ...(nid !== undefined && { nationalId: nid === '' ? null : nid }),
  }
}

function hasContact(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  const { email, phone_number: phoneNumber } = body as Readonly<Record<string, unknown>>
  return [email, phoneNumber].some((contact) => typeof contact === 'string' && contact !== '')
}

/** @throws `not_found` */
function idOf({ params: { id: text = '' } }: ContractCall): number {
  const id = readOldId(text)
  if (id === null) throw new Failure(notFound)
  return id
}

function integerIn({ query }: ContractCall, name: string): number | null {
  const text = query[name]
  return typeof text === 'string' ? readOldId(text) : null
}

function limitIn(call: ContractCall): number {
  return Math.min(Math.max(integerIn(call, 'limit') ?? userPage.default, 1), userPage.max)
}
