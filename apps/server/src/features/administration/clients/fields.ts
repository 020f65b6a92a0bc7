import { Form } from '../../../platform/kernel/form.ts'
import { parseKeySet } from '../../authorization/clients/jwks/service.ts'
import {
  clientNameLengthMax,
  parseRedirectUri,
  readScope,
  scopeLengthMax,
} from '../../authorization/clients/model.ts'
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
  const authMethod = input.authMethod ?? before.authMethod
  const kept = authMethod === 'private_key_jwt' ? before.jwks : null
  const fields = {
    name:
      form.read('/client_name', input.name ?? before.name, (text) => parseLine(text, clientNameLengthMax)) ??
      '',
    grantTypes: [...new Set(input.grantTypes ?? before.grantTypes)],
    scope: input.scope === undefined ? before.scope : readScope(input.scope),
    authMethod,
    redirectUris: readRedirectUris(form, input.redirectUris ?? before.redirectUris),
    jwks: input.jwks === undefined ? kept : form.read('/jwks', input.jwks, parseKeySet),
  }
  refuseContradictions(form, fields, { isKeyGiven: input.jwks !== undefined && input.jwks !== null })
  form.finish()
  return fields
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
