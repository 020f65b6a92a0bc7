import { assertionAlgorithms, authMethods } from '../../../authorization/clients/model.ts'
import { accessTokenAlgorithm } from '../../../session-management/tokens/model.ts'
import { introspectionPath, revocationPath, tokenPath } from '../model.ts'

export interface MetadataOptions {
  readonly issuer: string
  readonly offersPassword: boolean
}

/** What the server offers (RFC 8414 §2). It names nothing that does not work. */
export function serverMetadata({ issuer, offersPassword }: MetadataOptions) {
  const offered = ['client_credentials', 'refresh_token', ...(offersPassword ? ['password'] : [])]
  const confidential = authMethods.filter((method) => method !== 'none')
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: issuer + tokenPath,
    introspection_endpoint: issuer + introspectionPath,
    revocation_endpoint: issuer + revocationPath,
    grant_types_supported: offered,
    // There is no authorization endpoint, so there are no responses of one. RFC 8414 asks for the list all the same.
    response_types_supported: [] as string[],
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
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [accessTokenAlgorithm as string],
  }
}
