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
  response_types_supported: texts('Empty, because there is no authorization endpoint'),
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
    subject_types_supported: texts('The claim `sub` of an account is the same for every client'),
    id_token_signing_alg_values_supported: texts('The algorithm with which the server signs'),
  },
  {
    title: 'OpenIdConfiguration',
    description: 'OpenID Connect Discovery §3, as far as it is true',
    examples: [openIdConfiguration(example)],
  },
)
