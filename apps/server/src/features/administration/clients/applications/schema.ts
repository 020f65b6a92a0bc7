import Type, { type Static } from 'typebox'
import { Nullable } from '../../../../platform/http/fields.ts'
import { addressLengthMax, redirectUrisMax } from '../../../authorization/clients/addresses/model.ts'
import {
  type ApplicationFields,
  applicationTypes,
  idTokenAlgorithms,
  subjectTypes,
} from '../../../authorization/clients/applications/model.ts'

const addresses = (description: string, item: string) =>
  Type.Array(Type.String({ maxLength: addressLengthMax, description: item }), {
    maxItems: redirectUrisMax,
    description,
  })
const address = (description: string) =>
  Nullable(Type.String({ maxLength: addressLengthMax, description: 'An https address' }), { description })

/** What a client is to people. The names are those of RFC 7591 and of OpenID Connect Dynamic Client Registration. */
export const applicationFields = {
  application_type: Type.Enum(applicationTypes, {
    description:
      '`web` for a website or a page that runs in the browser, `native` for a program on the machine of its user. ' +
      '`web` by default.',
  }),
  redirect_uris: addresses(
    'Where people may be sent back to after they have signed in; needed for the grant `authorization_code`. ' +
      'https, or http on the own machine. A native application may also have a scheme of its own, such as ' +
      '`com.example.app:/callback`, and any port of the own machine.',
    'An address, compared letter by letter',
  ),
  post_logout_redirect_uris: addresses(
    'Where people may be sent back to after they have signed out',
    'An address, compared letter by letter',
  ),
  backchannel_logout_uri: address(
    'Where the server reports that a session has ended (OpenID Connect Back-Channel Logout). It must be in the public ' +
      'internet, or in a network that the operator allows. Null if the client does not ask for it.',
  ),
  logo_uri: address('A picture that people see when the client asks for their consent; null if it has none'),
  client_uri: address('The home page of the client; null if it has none'),
  policy_uri: address('How the client uses the data of people; null if it does not say'),
  tos_uri: address('The terms of service of the client; null if it has none'),
  is_first_party: Type.Boolean({
    description:
      'True if the client is yours, so that people are not asked for their consent. False by default.',
  }),
  subject_type: Type.Enum(subjectTypes, {
    description:
      '`pairwise` if the client must not know people by the same id as other clients. `public` by default.',
  }),
  sector_identifier: Nullable(
    Type.String({ maxLength: 253, description: 'The name of a host, such as `example.org`' }),
    {
      description:
        'The host for which pairwise ids are made. Clients with the same one know people by the same ids. Needed if the ' +
        'redirect addresses do not name exactly one host; null if it follows from them.',
    },
  ),
  id_token_signed_response_alg: Type.Enum(idTokenAlgorithms, {
    description:
      'How ID tokens are signed. `ES256` by default; `RS256` for libraries that know nothing else.',
  }),
  require_pushed_authorization_requests: Type.Boolean({
    description:
      'True if the client may ask for a sign-in only with a pushed request (RFC 9126). False by default.',
  }),
  dpop_bound_access_tokens: Type.Boolean({
    description:
      'True if the access tokens of the client work only together with a key that it holds (RFC 9449). False by default.',
  }),
}

const ApplicationView = Type.Object(applicationFields)
type ApplicationView = Static<typeof ApplicationView>

/** In examples: a client that signs no one in. */
export const exampleApplication: ApplicationView = {
  application_type: 'web',
  redirect_uris: [],
  post_logout_redirect_uris: [],
  backchannel_logout_uri: null,
  logo_uri: null,
  client_uri: null,
  policy_uri: null,
  tos_uri: null,
  is_first_party: false,
  subject_type: 'public',
  sector_identifier: null,
  id_token_signed_response_alg: 'ES256',
  require_pushed_authorization_requests: false,
  dpop_bound_access_tokens: false,
}

type Given = Partial<Omit<ApplicationFields, 'openIdScope'>>

/** Each field of the API and its name in the model. */
const modelNames = {
  application_type: 'applicationType',
  redirect_uris: 'redirectUris',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  backchannel_logout_uri: 'backchannelLogoutUri',
  logo_uri: 'logoUri',
  client_uri: 'clientUri',
  policy_uri: 'policyUri',
  tos_uri: 'tosUri',
  is_first_party: 'isFirstParty',
  subject_type: 'subjectType',
  sector_identifier: 'sectorIdentifier',
  id_token_signed_response_alg: 'idTokenAlgorithm',
  require_pushed_authorization_requests: 'requiresPushedRequests',
  dpop_bound_access_tokens: 'bindsTokensToKey',
} as const satisfies Record<keyof ApplicationView, keyof Given>

/** Without the fields that are left out. */
export function toApplicationInput(body: Partial<ApplicationView>): Given {
  const given = Object.entries(modelNames).flatMap(([name, modelName]) => {
    const value = body[name as keyof ApplicationView]
    return value === undefined ? [] : [[modelName, value]]
  })
  return Object.fromEntries(given) as Given
}

export function applicationView(application: ApplicationFields): ApplicationView {
  return {
    application_type: application.applicationType,
    redirect_uris: [...application.redirectUris],
    post_logout_redirect_uris: [...application.postLogoutRedirectUris],
    backchannel_logout_uri: application.backchannelLogoutUri,
    logo_uri: application.logoUri,
    client_uri: application.clientUri,
    policy_uri: application.policyUri,
    tos_uri: application.tosUri,
    is_first_party: application.isFirstParty,
    subject_type: application.subjectType,
    sector_identifier: application.sectorIdentifier,
    id_token_signed_response_alg: application.idTokenAlgorithm,
    require_pushed_authorization_requests: application.requiresPushedRequests,
    dpop_bound_access_tokens: application.bindsTokensToKey,
  }
}
