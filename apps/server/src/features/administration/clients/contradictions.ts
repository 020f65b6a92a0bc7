import type { Form } from '../../../platform/kernel/form.ts'
import { sectorOf } from '../../authorization/clients/applications/model.ts'
import { scopeLengthMax, signsPeopleIn, tokenExchangeGrant } from '../../authorization/clients/model.ts'
import type { ReadFields } from './model.ts'
import { refuseUnsupported } from './unsupported.ts'

interface Given {
  readonly isKeyGiven: boolean
  readonly isScopeGiven: boolean
}

/** Refuses fields that are right by themselves and do not go together. */
export function refuseContradictions(form: Form, fields: ReadFields, given: Given): void {
  refuseScopes(form, fields, given)
  refuseGrants(form, fields)
  refuseKeys(form, fields, given)
  refuseSectors(form, fields)
  refuseUnsupported(form, fields)
}

function refuseScopes(form: Form, fields: ReadFields, { isScopeGiven }: Given): void {
  const { grantTypes, openIdScope, scope } = fields
  if (scope !== null && scope.join(' ').length > scopeLengthMax)
    form.refuse('/scope', 'too_long', `Use at most ${scopeLengthMax} characters.`)
  if (!isScopeGiven || openIdScope.length === 0) return
  if (!signsPeopleIn(fields))
    form.refuse(
      '/scope',
      'not_used',
      `Only a client that people sign in to, with the grant "authorization_code" or that of devices, may ask for ${openIdScope.join(', ')}.`,
    )
  else if (openIdScope.includes('offline_access') && !grantTypes.includes('refresh_token'))
    form.refuse(
      '/scope',
      'refresh_token_needed',
      'Add the grant "refresh_token", or leave out "offline_access", which asks for refresh tokens.',
    )
}

function refuseGrants(form: Form, fields: ReadFields): void {
  const { authMethod, grantTypes, redirectUris } = fields
  // Anyone could get tokens for the service account, or exchange those of others (RFC 6749 §4.4, RFC 8693 §2.1).
  for (const grant of ['client_credentials', tokenExchangeGrant] as const)
    if (authMethod === 'none' && grantTypes.includes(grant))
      form.refuse(
        '/token_endpoint_auth_method',
        'not_confidential',
        `A client with the grant "${grant}" must prove who it is. Choose another method.`,
      )
  if (grantTypes.includes('refresh_token') && !grantTypes.includes('password') && !signsPeopleIn(fields))
    form.refuse('/grant_types', 'refresh_alone', 'Only a client that signs people in gets refresh tokens.')
  // Without one, there is no address to which people could be sent back (RFC 9700 §2.1).
  if (grantTypes.includes('authorization_code') && redirectUris.length === 0)
    form.refuse(
      '/redirect_uris',
      'required',
      'Send at least one address to which people are sent back after they have signed in.',
    )
}

function refuseKeys(form: Form, { authMethod, jwks }: ReadFields, { isKeyGiven }: Given): void {
  if (authMethod === 'private_key_jwt' && jwks === null && !isKeyGiven)
    form.refuse('/jwks', 'required', 'Send the public keys with which the client signs its assertions.')
  if (authMethod !== 'private_key_jwt' && isKeyGiven)
    form.refuse('/jwks', 'not_used', 'Only a client with the method "private_key_jwt" has keys.')
}

/** Two clients with the same sector learn the same ids, so it must be clear which one it is (OpenID Connect Core §8.1). */
function refuseSectors(form: Form, fields: ReadFields): void {
  if (fields.subjectType === 'public' && fields.sectorIdentifier !== null)
    form.refuse('/sector_identifier', 'not_used', 'Only a client with pairwise subjects has a sector.')
  if (fields.subjectType === 'pairwise' && sectorOf(fields) === null)
    form.refuse(
      '/sector_identifier',
      'required',
      'The redirect addresses do not name exactly one host. Send the host for which the subjects are made.',
    )
}
