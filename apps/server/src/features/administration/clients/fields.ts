import { Form } from '../../../platform/kernel/form.ts'
import type { Parsed } from '../../../platform/kernel/parsed.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import { parseKeySet } from '../../authorization/clients/jwks/service.ts'
import {
  clientNameLengthMax,
  parseRedirectUri,
  readScope,
  scopeLengthMax,
} from '../../authorization/clients/model.ts'
import { parsePermission } from '../../authorization/roles/model.ts'
import { parseLine } from '../../users/accounts/identifiers/plain-text.ts'
import type { ClientInput, ReadFields } from './model.ts'

const usual: ReadFields = {
  name: '',
  grantTypes: ['client_credentials'],
  scope: null,
  authMethod: 'client_secret_basic',
  redirectUris: [],
  jwks: null,
}

/** Reads the fields of a new client, or the changes of one. @throws `validation_failed` */
export function readFields(input: ClientInput, before: ReadFields = usual): ReadFields {
  const form = new Form()
  const fields = readEach(form, input, before)
  refuseContradictions(form, fields, { isKeyGiven: input.jwks !== undefined && input.jwks !== null })
  form.finish()
  return fields
}

/** Checks each of the given fields by itself. @throws `validation_failed` */
export function checkFields(input: ClientInput): void {
  const form = new Form()
  readEach(form, input, usual)
  form.finish()
}

function readEach(form: Form, input: ClientInput, before: ReadFields): ReadFields {
  const authMethod = input.authMethod ?? before.authMethod
  const kept = authMethod === 'private_key_jwt' ? before.jwks : null
  return {
    name: input.name === undefined ? before.name : (form.read('/client_name', input.name, parseName) ?? ''),
    grantTypes: [...new Set(input.grantTypes ?? before.grantTypes)],
    scope: input.scope === undefined ? before.scope : form.read('/scope', input.scope, parseScope),
    authMethod,
    redirectUris: readRedirectUris(form, input.redirectUris ?? before.redirectUris),
    jwks: input.jwks === undefined ? kept : form.read('/jwks', input.jwks, parseKeySet),
  }
}

function parseName(text: string): Parsed<string> {
  return parseLine(text, clientNameLengthMax)
}

function parseScope(text: string): Parsed<Permission[]> {
  const names = readScope(text)
  for (const name of names) {
    const parsed = parsePermission(name)
    if (!parsed.ok) return parsed
  }
  return { ok: true, value: names }
}

function readRedirectUris(form: Form, given: readonly string[]): string[] {
  return given.flatMap((text, index) => form.read(`/redirect_uris/${index}`, text, parseRedirectUri) ?? [])
}

function refuseContradictions(
  form: Form,
  { grantTypes, scope, authMethod, jwks }: ReadFields,
  { isKeyGiven }: { readonly isKeyGiven: boolean },
): void {
  if (scope !== null && scope.join(' ').length > scopeLengthMax)
    form.refuse('/scope', 'too_long', `Use at most ${scopeLengthMax} characters.`)
  // Anyone could get tokens for the service account (RFC 6749 §4.4).
  if (authMethod === 'none' && grantTypes.includes('client_credentials'))
    form.refuse(
      '/token_endpoint_auth_method',
      'not_confidential',
      'A client with the grant "client_credentials" must prove who it is. Choose another method.',
    )
  if (grantTypes.includes('refresh_token') && !grantTypes.includes('password'))
    form.refuse('/grant_types', 'refresh_alone', 'Only a client that signs people in gets refresh tokens.')
  if (authMethod === 'private_key_jwt' && jwks === null && !isKeyGiven)
    form.refuse('/jwks', 'required', 'Send the public keys with which the client signs its assertions.')
  if (authMethod !== 'private_key_jwt' && isKeyGiven)
    form.refuse('/jwks', 'not_used', 'Only a client with the method "private_key_jwt" has keys.')
}
