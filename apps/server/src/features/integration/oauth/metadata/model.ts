import { openIdScopes } from '../../../../platform/kernel/openid-scopes.ts'
import { acrValues } from '../../../../platform/kernel/principal.ts'
import { assertionAlgorithms, authMethods } from '../../../authorization/clients/model.ts'
import { accessTokenAlgorithm } from '../../../session-management/tokens/model.ts'
import {
  authorizationPath,
  endSessionPath,
  introspectionPath,
  pushedRequestPath,
  revocationPath,
  tokenPath,
  userInfoPath,
} from '../model.ts'

/** The claims of an ID token and of /oauth/userinfo. */
const claims = [
  ...['sub', 'iss', 'auth_time', 'amr', 'acr', 'name', 'given_name', 'family_name', 'preferred_username'],
  ...['picture', 'locale', 'updated_at', 'email', 'email_verified', 'phone_number', 'phone_number_verified'],
  ...['address', 'roles'],
]

export interface MetadataOptions {
  readonly issuer: string
  readonly offersPassword: boolean
}

/** What the server offers (RFC 8414 §2). It names nothing that does not work. */
export function serverMetadata({ issuer, offersPassword }: MetadataOptions) {
  const offered = [
    'authorization_code',
    'client_credentials',
    'refresh_token',
    ...(offersPassword ? ['password'] : []),
  ]
  const confidential = authMethods.filter((method) => method !== 'none')
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: issuer + tokenPath,
    introspection_endpoint: issuer + introspectionPath,
    revocation_endpoint: issuer + revocationPath,
    grant_types_supported: offered,
    authorization_endpoint: issuer + authorizationPath,
    pushed_authorization_request_endpoint: issuer + pushedRequestPath,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: [...openIdScopes],
    token_endpoint_auth_methods_supported: [...authMethods],
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    introspection_endpoint_auth_methods_supported: [...confidential],
    introspection_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    revocation_endpoint_auth_methods_supported: [...authMethods],
    revocation_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    service_documentation: `${issuer}/docs`,
  }
}

/**
 * The same for programs that look for OpenID Connect. Some of them take from it which algorithm signs the tokens of the
 * server, and which kind of `sub` they have (OpenID Connect Discovery §3).
 */
export function openIdConfiguration(options: MetadataOptions) {
  return {
    ...serverMetadata(options),
    userinfo_endpoint: options.issuer + userInfoPath,
    end_session_endpoint: options.issuer + endSessionPath,
    subject_types_supported: ['public', 'pairwise'],
    acr_values_supported: [...acrValues],
    claims_supported: [...claims],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    id_token_signing_alg_values_supported: [accessTokenAlgorithm as string],
  }
}
