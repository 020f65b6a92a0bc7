import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import {
  authMethods,
  type Client,
  type ClientSecret,
  clientKeysMax,
  clientNameLengthMax,
  grantTypes,
  type ShownSecret,
} from '../../authorization/clients/model.ts'
import { roleNameLengthMax, rolesMax } from '../../authorization/roles/model.ts'
import {
  applicationFields,
  applicationView,
  exampleApplication,
  toApplicationInput,
} from './applications/schema.ts'
import { type ClientInput, type CreatedClient, fullScope, type NewClientInput } from './model.ts'

const member = (description: string) => Type.Optional(Type.String({ maxLength: 2_000, description }))
const list = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ maxLength: 8_000, description: 'A text' }), { maxItems: 10, description }),
  )

/** The members of a public key that RFC 7517 and RFC 7518 name, and that a client may have. */
const keyMembers = {
  kty: Type.String({ maxLength: 10, description: '`EC`, `OKP` or `RSA`' }),
  kid: member('The id of the key, which assertions name. Each of several keys needs one.'),
  alg: member('The only algorithm for which the key is used'),
  use: member('`sig`, if it is given'),
  crv: member('The curve: `P-256` or `Ed25519`'),
  x: member('The x coordinate'),
  y: member('The y coordinate'),
  n: member('The modulus of an RSA key, 2048 to 4096 bits'),
  e: member('The exponent of an RSA key'),
}

const Jwk = Type.Object(
  {
    ...keyMembers,
    key_ops: list('Ignored'),
    x5c: list('Ignored'),
    x5t: member('Ignored'),
    'x5t#S256': member('Ignored'),
    x5u: member('Ignored: no key is read from an address'),
  },
  { additionalProperties: false, description: 'A public key (RFC 7517 §4). Never send a private one.' },
)

const JwksView = Type.Object(
  {
    keys: Type.Array(Type.Object(keyMembers, { description: 'A public key (RFC 7517 §4)' }), {
      description: 'The keys',
    }),
  },
  { description: 'The public keys of the client (RFC 7517 §5)' },
)

const Jwks = Type.Object(
  { keys: Type.Array(Jwk, { maxItems: clientKeysMax, description: 'One to five public keys' }) },
  { additionalProperties: false, description: 'The public keys of the client (RFC 7517 §5)' },
)

const fields = {
  grant_types: Type.Array(Type.Enum(grantTypes, { description: 'A way to get tokens' }), {
    minItems: 1,
    maxItems: grantTypes.length,
    description:
      'How the client gets tokens: `authorization_code` for people who sign in at Proxima, that of devices for people ' +
      'who sign in on another one, `password` for people who type their password into the client, `refresh_token` to ' +
      'renew theirs, `client_credentials` for itself, and that of token exchange for a token that it was sent. By ' +
      'default `authorization_code` if there are redirect addresses, and `client_credentials` if there are none.',
  }),
  scope: Type.String({
    maxLength: 8_000,
    description:
      'What the client may ask for, separated by spaces: scopes of OpenID Connect (`openid`, `profile`, `email`, ' +
      '`phone`, `address`, `offline_access`), and the permissions that its tokens may have. By default, `openid profile ' +
      'email` if people sign in to it, and all permissions of its roles.',
  }),
  token_endpoint_auth_method: Type.Enum(authMethods, {
    description:
      'How the client proves who it is: with a secret (`client_secret_basic` or `client_secret_post`, both work), with ' +
      'a signed assertion (`private_key_jwt`), or not at all (`none`). `client_secret_basic` by default.',
  }),
  jwks: Nullable(Jwks, {
    description: 'The public keys of a client that signs assertions; null for any other',
  }),
  ...applicationFields,
}

const clientName = Type.String({
  maxLength: clientNameLengthMax,
  description: 'The name of the client, 1 to 200 characters. People see it when they sign in.',
})

const exampleClient = {
  id: exampleId,
  client_id: exampleId,
  client_name: 'Nightly reports',
  grant_types: ['client_credentials'],
  scope: 'audit:read users:read',
  token_endpoint_auth_method: 'client_secret_basic',
  jwks: null,
  ...exampleApplication,
  service_account_id: '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a11',
  created_at: exampleTime,
  updated_at: exampleTime,
}

export const CreateClientBody = Type.Object(
  {
    client_name: clientName,
    ...Type.Partial(Type.Object(fields)).properties,
    roles: Type.Optional(
      Type.Array(Type.String({ maxLength: roleNameLengthMax, description: 'The name of a role' }), {
        maxItems: rolesMax,
        description:
          'The roles of its service account. You need the permission `roles:write`, and all permissions of the roles.',
      }),
    ),
  },
  {
    title: 'CreateClientBody',
    additionalProperties: false,
    description: 'A new client. The fields have the names of RFC 7591.',
    examples: [{ client_name: 'Wiki', redirect_uris: ['https://wiki.example.org/callback'] }],
  },
)
export type CreateClientBody = Static<typeof CreateClientBody>

export const UpdateClientBody = Type.Partial(Type.Object({ client_name: clientName, ...fields }), {
  title: 'UpdateClientBody',
  additionalProperties: false,
  description: 'The fields to change. A field that is left out keeps its value.',
  examples: [{ client_name: 'Nightly and weekly reports' }],
})
export type UpdateClientBody = Static<typeof UpdateClientBody>

const viewFields = {
  id: Uuid('The id of the client'),
  client_id: Uuid('The same id, as OAuth calls it'),
  client_name: Type.String({ description: 'The name of the client' }),
  ...fields,
  jwks: Nullable(JwksView, {
    description: 'The public keys of a client that signs assertions; null for any other',
  }),
  service_account_id: Text('The account for which the client acts; null if it acts only for people'),
  created_at: Time('When the client was created'),
  updated_at: Time('When the client or its secrets were last changed'),
}

export const ClientView = Type.Object(viewFields, {
  title: 'Client',
  description: 'A program that gets tokens. It never shows a secret.',
  examples: [exampleClient],
})
export type ClientView = Static<typeof ClientView>

const SecretView = Type.Object(
  { id: Uuid('The id of the secret'), created_at: Time('When the secret was created') },
  { title: 'ClientSecret', description: 'A secret of a client. Only its digest is stored.' },
)

const exampleSecret = { id: '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a12', created_at: exampleTime }
/** In examples. No server knows it. */
const exampleSecretText = 'pxc_4fZ8kQ2mT7vB1nR9sW3yD6hG0jLcXpA5uE1PbK'

export const ClientDetailsView = Type.Object(
  {
    ...viewFields,
    secrets: Type.Array(SecretView, { description: 'Its secrets, at most two, the oldest first' }),
  },
  {
    title: 'ClientDetails',
    description: 'A client and the secrets that it has',
    examples: [{ ...exampleClient, secrets: [exampleSecret] }],
  },
)

export const CreatedClientView = Type.Object(
  { ...viewFields, client_secret: Text('The secret, shown this once; null if the client has none') },
  {
    title: 'CreatedClient',
    description: 'The new client',
    examples: [{ ...exampleClient, client_secret: exampleSecretText }],
  },
)

export const ShownSecretView = Type.Object(
  {
    id: Uuid('The id of the secret'),
    client_secret: Type.String({ description: 'The secret, shown this once' }),
    created_at: Time('When the secret was created'),
  },
  {
    title: 'NewClientSecret',
    description: 'The new secret',
    examples: [{ ...exampleSecret, client_secret: exampleSecretText }],
  },
)

export const ClientsView = Page(ClientView, {
  title: 'ClientPage',
  description: 'A page of clients, the oldest first',
  examples: [{ data: [exampleClient], next_cursor: null }],
})

export const ClientParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the client', examples: [exampleId] }),
})

export const SecretParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the client', examples: [exampleId] }),
  secret_id: Type.String({
    maxLength: 100,
    description: 'The id of the secret',
    examples: [exampleSecret.id],
  }),
})

export function toClientInput(body: UpdateClientBody): ClientInput {
  return {
    ...toApplicationInput(body),
    ...(body.client_name !== undefined && { name: body.client_name }),
    ...(body.grant_types && { grantTypes: body.grant_types }),
    ...(body.scope !== undefined && { scope: body.scope }),
    ...(body.token_endpoint_auth_method && { authMethod: body.token_endpoint_auth_method }),
    ...(body.jwks !== undefined && { jwks: body.jwks }),
  }
}

export function toNewClientInput({ client_name: name, roles, ...others }: CreateClientBody): NewClientInput {
  return { ...toClientInput(others), name, ...(roles && { roles }) }
}

export function clientView(client: Client): ClientView {
  const { id, accountId, name, grantTypes: grants, authMethod, jwks } = client
  return {
    id,
    client_id: id,
    client_name: name,
    grant_types: [...grants],
    scope: fullScope(client),
    token_endpoint_auth_method: authMethod,
    ...applicationView(client),
    jwks: jwks === null ? null : { keys: jwks.keys.map((key) => ({ kty: '', ...key })) },
    service_account_id: accountId,
    created_at: client.createdAt.toISOString(),
    updated_at: client.updatedAt.toISOString(),
  }
}

export function clientDetailsView({
  client,
  secrets,
}: {
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
}): Static<typeof ClientDetailsView> {
  const shown = secrets.map(({ id, createdAt }) => ({ id, created_at: createdAt.toISOString() }))
  return { ...clientView(client), secrets: shown }
}

export function createdClientView({ client, secret }: CreatedClient): Static<typeof CreatedClientView> {
  return { ...clientView(client), client_secret: secret?.secret ?? null }
}

export function shownSecretView({ id, secret, createdAt }: ShownSecret): Static<typeof ShownSecretView> {
  return { id, client_secret: secret, created_at: createdAt.toISOString() }
}
