import type { Failure, Problem } from '../../../platform/kernel/failures.ts'
import { missingFrom, type Permission } from '../../../platform/kernel/permission.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { ApplicationFields } from '../../authorization/clients/applications/model.ts'
import {
  type AuthMethod,
  type Client,
  type ClientFields,
  type GrantType,
  type ShownSecret,
  scopeLengthMax,
  scopeText,
} from '../../authorization/clients/model.ts'
import { type Changes, changesBetween, type Values } from '../../safeguards/audit/model.ts'

/** A client as an administrator describes it. An absent field keeps its value; for a new client, it gets the usual one. */
export interface ClientInput extends Partial<Omit<ApplicationFields, 'openIdScope'>> {
  readonly name?: string
  readonly grantTypes?: readonly GrantType[]
  /** Permissions and scopes of OpenID Connect, separated by spaces. */
  readonly scope?: string
  readonly authMethod?: AuthMethod
  readonly jwks?: { readonly keys: readonly unknown[] } | null
}

export interface NewClientInput extends ClientInput {
  readonly name: string
  /** The roles of its service account. */
  readonly roles?: readonly string[]
}

/** A new client. The secret is shown this once; null if the client has none. */
export interface CreatedClient {
  readonly client: Client
  readonly secret: ShownSecret | null
}

/** The scope is null if no one has named it yet. */
export type ReadFields = Omit<ClientFields, 'scope'> & { readonly scope: ClientFields['scope'] | null }

export const noSecretsNeeded: Problem = {
  code: 'no_secrets_needed',
  kind: 'conflict',
  title: 'No secrets needed',
  advice: 'The method with which this client proves who it is uses no secret. Change the method first.',
  cause: 'The client signs assertions (`private_key_jwt`), or cannot keep a secret (`none`).',
}

/** A client gets its service account when it is created. */
export function needsAccount(): Failure {
  const detail =
    'This client has no service account, so it cannot act for one. Create another client with this grant.'
  return invalidFields({ pointer: '/grant_types', code: 'not_possible', detail })
}

/** A permission that the roles of the account do not give would never be in a token. @throws `validation_failed` */
export function assertGiven(held: readonly Permission[], scope: readonly Permission[]): void {
  const missing = missingFrom(held, scope)
  if (missing.length === 0) return
  const detail = `No role of the service account gives ${missing.join(', ')}. Give it such a role, or leave this out.`
  throw invalidFields({ pointer: '/scope', code: 'not_held', detail })
}

export function scopeNeeded(): Failure {
  const detail = `The roles give more permissions than a scope of ${scopeLengthMax} characters can name. Name those that the client needs.`
  return invalidFields({ pointer: '/scope', code: 'required', detail })
}

export function rolesWithoutAccount(): Failure {
  const detail = 'Only a client with the grant "client_credentials" has a service account and roles.'
  return invalidFields({ pointer: '/roles', code: 'not_used', detail })
}

/** What the audit trail shows of a change. Public keys are named by their ids. */
export function changesOf(before: Client | null, after: Client | null): Changes {
  return changesBetween(before && valuesOf(before), after && valuesOf(after))
}

function valuesOf(client: Client): Values {
  const { name, grantTypes, authMethod, redirectUris, jwks } = client
  return {
    client_name: name,
    grant_types: grantTypes,
    scope: fullScope(client),
    token_endpoint_auth_method: authMethod,
    redirect_uris: redirectUris,
    keys: jwks?.keys.map((key) => key['kid'] ?? '') ?? null,
    application_type: client.applicationType,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    backchannel_logout_uri: client.backchannelLogoutUri,
    logo_uri: client.logoUri,
    client_uri: client.clientUri,
    policy_uri: client.policyUri,
    tos_uri: client.tosUri,
    is_first_party: client.isFirstParty,
    subject_type: client.subjectType,
    sector_identifier: client.sectorIdentifier,
    id_token_signed_response_alg: client.idTokenAlgorithm,
    require_pushed_authorization_requests: client.requiresPushedRequests,
    dpop_bound_access_tokens: client.bindsTokensToKey,
  }
}

/** All that the client may ask for, as OAuth writes it: the scopes of OpenID Connect, then the permissions. */
export function fullScope({ openIdScope, scope }: Pick<Client, 'openIdScope' | 'scope'>): string {
  return scopeText([...openIdScope, ...scope])
}
