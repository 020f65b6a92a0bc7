import Type from 'typebox'
import { openIdConfiguration, serverMetadata } from './model.ts'

const address = (description: string) => Type.String({ format: 'uri', description })
const texts = (description: string) => Type.Array(Type.String(), { description })
const methods = texts('How a client may authenticate there')
const algorithms = texts('With which algorithms a client may sign its assertion there')

const fields = {
  issuer: address('The public URL of the server, as in the claim `iss`'),
  jwks_uri: address('The keys that verify access tokens'),
  token_endpoint: address('Where clients get tokens'),
  introspection_endpoint: address('Where services ask about tokens'),
  revocation_endpoint: address('Where clients revoke tokens'),
  grant_types_supported: texts('How clients may get tokens'),
  authorization_endpoint: address('Where an application sends a person to sign in'),
  pushed_authorization_request_endpoint: address(
    'Where an application sends the parameters ahead (RFC 9126)',
  ),
  response_types_supported: texts('Only `code`: no token ever passes through the browser'),
  response_modes_supported: texts('How the answer reaches the application'),
  code_challenge_methods_supported: texts('`S256`, which every application must use (RFC 7636)'),
  authorization_response_iss_parameter_supported: Type.Boolean({
    description: 'True: every answer names the issuer (RFC 9207)',
  }),
  scopes_supported: texts('The scopes of OpenID Connect; permissions are scopes too'),
  token_endpoint_auth_methods_supported: methods,
  token_endpoint_auth_signing_alg_values_supported: algorithms,
  introspection_endpoint_auth_methods_supported: methods,
  introspection_endpoint_auth_signing_alg_values_supported: algorithms,
  revocation_endpoint_auth_methods_supported: methods,
  revocation_endpoint_auth_signing_alg_values_supported: algorithms,
  service_documentation: address('The API reference'),
}

const example = { issuer: 'https://accounts.example.org', offersPassword: false }

export const ServerMetadataView = Type.Object(fields, {
  title: 'ServerMetadata',
  description: 'RFC 8414 §2',
  examples: [serverMetadata(example)],
})

export const OpenIdConfigurationView = Type.Object(
  {
    ...fields,
    userinfo_endpoint: address('Where an application reads who the person is'),
    end_session_endpoint: address('Where an application sends a person to sign out'),
    subject_types_supported: texts('Whether every client sees the same `sub` of a person'),
    acr_values_supported: texts('How strong a sign-in can be, the weakest first'),
    claims_supported: texts('What an application can learn'),
    claims_parameter_supported: Type.Boolean({ description: 'False' }),
    request_parameter_supported: Type.Boolean({ description: 'False' }),
    request_uri_parameter_supported: Type.Boolean({
      description: 'False; that of a pushed request is accepted',
    }),
    id_token_signing_alg_values_supported: texts('The algorithm with which the server signs'),
  },
  {
    title: 'OpenIdConfiguration',
    description: 'OpenID Connect Discovery §3, as far as it is true',
    examples: [openIdConfiguration(example)],
  },
)
