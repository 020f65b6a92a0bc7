// Generated from docs/openapi.json by scripts/generate-client-types.ts. Do not edit it.

/** The codes of the problems that the server answers. */
export type ProblemCode =
  | 'already_deleted'
  | 'already_rotated'
  | 'cannot_impersonate'
  | 'code_expired'
  | 'code_invalid'
  | 'email_taken'
  | 'factor_enrolment_required'
  | 'forbidden'
  | 'impersonation_forbidden'
  | 'internal_error'
  | 'invalid_credentials'
  | 'invalid_token'
  | 'last_administrator'
  | 'last_factor'
  | 'last_sign_in_method'
  | 'malformed_request'
  | 'message_not_retryable'
  | 'mfa_required'
  | 'no_second_factor'
  | 'no_secrets_needed'
  | 'not_found'
  | 'not_impersonating'
  | 'not_mergeable'
  | 'not_restorable'
  | 'overloaded'
  | 'passkey_refused'
  | 'passkey_taken'
  | 'password_too_weak'
  | 'phone_number_taken'
  | 'precondition_failed'
  | 'proof_of_work_required'
  | 'rate_limited'
  | 'recovery_waiting'
  | 'request_timeout'
  | 'role_in_use'
  | 'role_taken'
  | 'service_account'
  | 'step_up_required'
  | 'token_expired'
  | 'too_large'
  | 'too_many_api_keys'
  | 'too_many_clients'
  | 'too_many_passkeys'
  | 'too_many_secrets'
  | 'too_many_webhooks'
  | 'totp_not_started'
  | 'unauthenticated'
  | 'unavailable'
  | 'unsupported_media_type'
  | 'user_pending'
  | 'username_taken'
  | 'validation_failed'
  | 'verification_required'

/** A new access token of the session */
export interface AccessToken {
  /** A signed JWT (RFC 9068) */
  readonly access_token: string
  /** How to send it: `Authorization: Bearer` */
  readonly token_type: 'bearer'
  /** How long it is valid, in seconds */
  readonly expires_in: number
}

/** Whether the account belongs to a person or to a program */
export type AccountKind = 'person' | 'service'

/** How many people were active: they signed in or used a session */
export interface ActiveCount {
  /** When the day, the week or the month starts */
  readonly starts_at: string
  /** How many people */
  readonly people: number
}

/** The answer of the browser */
export interface AddPasskeyBody {
  /** The `flow` of the answer with the options */
  readonly flow: string
  readonly response: NewPasskey
  /** A name that distinguishes the factors of the owner: at most 100 characters */
  readonly name?: string
}

/** The second factor is added */
export interface AddedFactor {
  /** Recovery codes with the first factor; null if the account had one before */
  readonly recovery_codes: readonly string[] | null
}

/** The passkey is added */
export interface AddedPasskey {
  /** The id of the factor */
  readonly id: string
  readonly kind: FactorKind
  /** The name that its owner has given it */
  readonly name: string
  /** When its owner added it */
  readonly created_at: string
  /** Null if it was never used */
  readonly last_used_at: string | null
  /** Null if that is not known */
  readonly synced: boolean | null
  /** Recovery codes with the first factor; null if the account had one before */
  readonly recovery_codes: readonly string[] | null
}

/** The key of a program, without its secret */
export interface ApiKey {
  /** The id of the key */
  readonly id: string
  /** Which program has the key, for people */
  readonly name: string
  /** What the key allows, if its account may do it */
  readonly permissions: readonly string[]
  /** Where the key works; if empty, everywhere */
  readonly allowed_networks: readonly string[]
  /** When the key was made */
  readonly created_at: string
  /** When the key ends */
  readonly expires_at: string
  /** When the key was last used, accurate to the minute; null if never */
  readonly last_used_at: string | null
  /** The id of the key that has taken its place by a rotation; null if none has */
  readonly replaced_by: string | null
}

/** The fields that change; the others stay as they are */
export interface ApiKeyPatchBody {
  /** Which program has the key, for people: at most 100 characters */
  readonly name?: string
  /** What the key allows, such as `users:read` */
  readonly permissions?: readonly string[]
  /** The addresses and networks (CIDR) from which the key works, such as `192.0.2.7` or `2001:db8::/32`; if empty, it works from everywhere */
  readonly allowed_networks?: readonly string[]
}

/** An event in the audit trail of the account */
export interface AuditEvent {
  /** The id of the event */
  readonly id: string
  /** What happened, such as `sign_in` */
  readonly action: string
  /** How it ended: `success`, `failure`, `limited` or `repeated` */
  readonly outcome: string
  /** The authentication methods, separated by spaces; null if there are none */
  readonly method: string | null
  /** Why it was refused, as a code; null if it was not */
  readonly reason: string | null
  /** The session of the event; null if there is none */
  readonly session_id: string | null
  /** False if someone else acted, such as an administrator */
  readonly is_own: boolean
  /** The address of the client; null if someone else acted, or if there are several */
  readonly ip_address: string | null
  /** The device in words, as far as it is known */
  readonly device: string | null
  /** The id of the request; null if there was none */
  readonly request_id: string | null
  readonly changes: Changes | null
  /** When it happened */
  readonly at: string
  /** How often it happened: more than once for many refusals */
  readonly occurrences: number
}

/** Whether the identifier is available and, if it is not, why */
export interface Availability {
  /** True if an account can be registered with it now */
  readonly available: boolean
  /** Why it is not available, as a stable code such as `taken`; null if it is */
  readonly reason: string | null
}

/** The fields that an act has changed, and only these */
export interface Changes {
  /** The values before */
  readonly before: Readonly<Record<string, unknown>>
  /** The values after */
  readonly after: Readonly<Record<string, unknown>>
}

/** What to do first with a new server */
export interface Checklist {
  /** The first steps, in order */
  readonly data: readonly ChecklistItem[]
}

/** One of the first steps */
export interface ChecklistItem {
  /** What to do: create an `administrator`, set name or colours (`appearance`), set up `mail`, create a client for an `application`, and make a `second_administrator` */
  readonly step: 'administrator' | 'appearance' | 'mail' | 'application' | 'second_administrator'
  /** Whether it is done */
  readonly done: boolean
}

/** A program that gets tokens */
export interface Client {
  /** The id of the client */
  readonly id: string
  /** The same id, as OAuth calls it */
  readonly client_id: string
  /** The name of the client */
  readonly client_name: string
  /** How the client gets tokens: `authorization_code` for people who sign in at Proxima, that of devices for people who sign in on another one, `password` for people who type their password into the client, `refresh_token` to renew theirs, `client_credentials` for itself, and that of token exchange for a token that it was sent */
  readonly grant_types: readonly ('authorization_code' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange')[]
  /** What the client may ask for, separated by spaces: scopes of OpenID Connect (`openid`, `profile`, `email`, `phone`, `address`, `offline_access`), and the permissions that its tokens may have */
  readonly scope: string
  /** How the client proves who it is: with a secret (`client_secret_basic` or `client_secret_post`, both work), with a signed assertion (`private_key_jwt`), or not at all (`none`) */
  readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** The public keys of a client that signs assertions; null for any other */
  readonly jwks: {
    /** The keys */
    readonly keys: readonly {
      /** `EC`, `OKP` or `RSA` */
      readonly kty: string
      /** The id of the key, which assertions name */
      readonly kid?: string
      /** The only algorithm for which the key is used */
      readonly alg?: string
      /** `sig`, if it is given */
      readonly use?: string
      /** The curve: `P-256` or `Ed25519` */
      readonly crv?: string
      /** The x coordinate */
      readonly x?: string
      /** The y coordinate */
      readonly y?: string
      /** The modulus of an RSA key, 2048 to 4096 bits */
      readonly n?: string
      /** The exponent of an RSA key */
      readonly e?: string
    }[]
  } | null
  /** `web` for a website or a page that runs in the browser, `native` for a program on the machine of its user */
  readonly application_type: 'web' | 'native'
  /** Where people may be sent back to after they have signed in; needed for the grant `authorization_code`. https, or http on the own machine */
  readonly redirect_uris: readonly string[]
  /** Where people may be sent back to after they have signed out */
  readonly post_logout_redirect_uris: readonly string[]
  /** Where the server reports that a session has ended (OpenID Connect Back-Channel Logout) */
  readonly backchannel_logout_uri: string | null
  /** A picture that people see when the client asks for their consent; null if it has none */
  readonly logo_uri: string | null
  /** The home page of the client; null if it has none */
  readonly client_uri: string | null
  /** How the client uses the data of people; null if it does not say */
  readonly policy_uri: string | null
  /** The terms of service of the client; null if it has none */
  readonly tos_uri: string | null
  /** True if the client is yours, so that people are not asked for their consent */
  readonly is_first_party: boolean
  /** `pairwise` if the client must not know people by the same id as other clients */
  readonly subject_type: 'public' | 'pairwise'
  /** The host for which pairwise ids are made */
  readonly sector_identifier: string | null
  /** How ID tokens are signed */
  readonly id_token_signed_response_alg: 'ES256' | 'RS256'
  /** True if the client may ask for a sign-in only with a pushed request (RFC 9126) */
  readonly require_pushed_authorization_requests: boolean
  /** True if the access tokens of the client work only together with a key that it holds (RFC 9449) */
  readonly dpop_bound_access_tokens: boolean
  /** The account for which the client acts; null if it acts only for people */
  readonly service_account_id: string | null
  /** When the client was created */
  readonly created_at: string
  /** When the client or its secrets were last changed */
  readonly updated_at: string
}

/** A client and the secrets that it has */
export interface ClientDetails {
  /** The id of the client */
  readonly id: string
  /** The same id, as OAuth calls it */
  readonly client_id: string
  /** The name of the client */
  readonly client_name: string
  /** How the client gets tokens: `authorization_code` for people who sign in at Proxima, that of devices for people who sign in on another one, `password` for people who type their password into the client, `refresh_token` to renew theirs, `client_credentials` for itself, and that of token exchange for a token that it was sent */
  readonly grant_types: readonly ('authorization_code' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange')[]
  /** What the client may ask for, separated by spaces: scopes of OpenID Connect (`openid`, `profile`, `email`, `phone`, `address`, `offline_access`), and the permissions that its tokens may have */
  readonly scope: string
  /** How the client proves who it is: with a secret (`client_secret_basic` or `client_secret_post`, both work), with a signed assertion (`private_key_jwt`), or not at all (`none`) */
  readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** The public keys of a client that signs assertions; null for any other */
  readonly jwks: {
    /** The keys */
    readonly keys: readonly {
      /** `EC`, `OKP` or `RSA` */
      readonly kty: string
      /** The id of the key, which assertions name */
      readonly kid?: string
      /** The only algorithm for which the key is used */
      readonly alg?: string
      /** `sig`, if it is given */
      readonly use?: string
      /** The curve: `P-256` or `Ed25519` */
      readonly crv?: string
      /** The x coordinate */
      readonly x?: string
      /** The y coordinate */
      readonly y?: string
      /** The modulus of an RSA key, 2048 to 4096 bits */
      readonly n?: string
      /** The exponent of an RSA key */
      readonly e?: string
    }[]
  } | null
  /** `web` for a website or a page that runs in the browser, `native` for a program on the machine of its user */
  readonly application_type: 'web' | 'native'
  /** Where people may be sent back to after they have signed in; needed for the grant `authorization_code`. https, or http on the own machine */
  readonly redirect_uris: readonly string[]
  /** Where people may be sent back to after they have signed out */
  readonly post_logout_redirect_uris: readonly string[]
  /** Where the server reports that a session has ended (OpenID Connect Back-Channel Logout) */
  readonly backchannel_logout_uri: string | null
  /** A picture that people see when the client asks for their consent; null if it has none */
  readonly logo_uri: string | null
  /** The home page of the client; null if it has none */
  readonly client_uri: string | null
  /** How the client uses the data of people; null if it does not say */
  readonly policy_uri: string | null
  /** The terms of service of the client; null if it has none */
  readonly tos_uri: string | null
  /** True if the client is yours, so that people are not asked for their consent */
  readonly is_first_party: boolean
  /** `pairwise` if the client must not know people by the same id as other clients */
  readonly subject_type: 'public' | 'pairwise'
  /** The host for which pairwise ids are made */
  readonly sector_identifier: string | null
  /** How ID tokens are signed */
  readonly id_token_signed_response_alg: 'ES256' | 'RS256'
  /** True if the client may ask for a sign-in only with a pushed request (RFC 9126) */
  readonly require_pushed_authorization_requests: boolean
  /** True if the access tokens of the client work only together with a key that it holds (RFC 9449) */
  readonly dpop_bound_access_tokens: boolean
  /** The account for which the client acts; null if it acts only for people */
  readonly service_account_id: string | null
  /** When the client was created */
  readonly created_at: string
  /** When the client or its secrets were last changed */
  readonly updated_at: string
  /** Its secrets, at most two, the oldest first */
  readonly secrets: readonly ClientSecret[]
}

/** A secret of a client */
export interface ClientSecret {
  /** The id of the secret */
  readonly id: string
  /** When the secret was created */
  readonly created_at: string
}

/** The code shows that the address is yours, and the password that the registration is */
export interface ConfirmRegistrationBody {
  /** The email address or phone number that the code was sent to */
  readonly identifier: string
  /** The six digits of the newest code */
  readonly code: string
  /** The password of the registration */
  readonly password: string
}

/** What to confirm, and the code that was sent there */
export interface ConfirmationBody {
  readonly channel: VerificationChannel
  /** The six digits of the newest code */
  readonly code: string
}

/** What the caller has allowed a client */
export interface Consent {
  /** The id of the client */
  readonly client_id: string
  /** The name of the client */
  readonly client_name: string
  /** A picture that stands for the client; null if it has none */
  readonly logo_uri: string | null
  /** The home page of the client; null if it has none */
  readonly client_uri: string | null
  /** How the client uses the data of people; null if it does not say */
  readonly policy_uri: string | null
  /** The terms of service of the client; null if it has none */
  readonly tos_uri: string | null
  /** What the client may see and do, separated by spaces */
  readonly scope: string
  /** When the caller allowed it, or allowed more */
  readonly granted_at: string
  /** When the client last used it, to the hour; null if it never has */
  readonly last_used_at: string | null
}

/** The code that was sent to the new address or number */
export interface ContactConfirmationBody {
  /** The six digits of the newest code */
  readonly code: string
}

/** The contact to which a code is sent: one of `factors` in the answer `mfa_required` */
export type ContactFactor = 'email' | 'phone_number'

/** A new client */
export interface CreateClientBody {
  /** The name of the client, 1 to 200 characters */
  readonly client_name: string
  /** How the client gets tokens: `authorization_code` for people who sign in at Proxima, that of devices for people who sign in on another one, `password` for people who type their password into the client, `refresh_token` to renew theirs, `client_credentials` for itself, and that of token exchange for a token that it was sent */
  readonly grant_types?: readonly ('authorization_code' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange')[]
  /** What the client may ask for, separated by spaces: scopes of OpenID Connect (`openid`, `profile`, `email`, `phone`, `address`, `offline_access`), and the permissions that its tokens may have */
  readonly scope?: string
  /** How the client proves who it is: with a secret (`client_secret_basic` or `client_secret_post`, both work), with a signed assertion (`private_key_jwt`), or not at all (`none`) */
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** The public keys of a client that signs assertions; null for any other */
  readonly jwks?: {
    /** One to five public keys */
    readonly keys: readonly {
      /** `EC`, `OKP` or `RSA` */
      readonly kty: string
      /** The id of the key, which assertions name */
      readonly kid?: string
      /** The only algorithm for which the key is used */
      readonly alg?: string
      /** `sig`, if it is given */
      readonly use?: string
      /** The curve: `P-256` or `Ed25519` */
      readonly crv?: string
      /** The x coordinate */
      readonly x?: string
      /** The y coordinate */
      readonly y?: string
      /** The modulus of an RSA key, 2048 to 4096 bits */
      readonly n?: string
      /** The exponent of an RSA key */
      readonly e?: string
      /** Ignored */
      readonly key_ops?: readonly string[]
      /** Ignored */
      readonly x5c?: readonly string[]
      /** Ignored */
      readonly x5t?: string
      /** Ignored */
      readonly 'x5t#S256'?: string
      /** Ignored: no key is read from an address */
      readonly x5u?: string
    }[]
  } | null
  /** `web` for a website or a page that runs in the browser, `native` for a program on the machine of its user */
  readonly application_type?: 'web' | 'native'
  /** Where people may be sent back to after they have signed in; needed for the grant `authorization_code`. https, or http on the own machine */
  readonly redirect_uris?: readonly string[]
  /** Where people may be sent back to after they have signed out */
  readonly post_logout_redirect_uris?: readonly string[]
  /** Where the server reports that a session has ended (OpenID Connect Back-Channel Logout) */
  readonly backchannel_logout_uri?: string | null
  /** A picture that people see when the client asks for their consent; null if it has none */
  readonly logo_uri?: string | null
  /** The home page of the client; null if it has none */
  readonly client_uri?: string | null
  /** How the client uses the data of people; null if it does not say */
  readonly policy_uri?: string | null
  /** The terms of service of the client; null if it has none */
  readonly tos_uri?: string | null
  /** True if the client is yours, so that people are not asked for their consent */
  readonly is_first_party?: boolean
  /** `pairwise` if the client must not know people by the same id as other clients */
  readonly subject_type?: 'public' | 'pairwise'
  /** The host for which pairwise ids are made */
  readonly sector_identifier?: string | null
  /** How ID tokens are signed */
  readonly id_token_signed_response_alg?: 'ES256' | 'RS256'
  /** True if the client may ask for a sign-in only with a pushed request (RFC 9126) */
  readonly require_pushed_authorization_requests?: boolean
  /** True if the access tokens of the client work only together with a key that it holds (RFC 9449) */
  readonly dpop_bound_access_tokens?: boolean
  /** The roles of its service account */
  readonly roles?: readonly string[]
}

/** Give at least one of username, email and phone_number */
export interface CreateUserBody {
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string
  /** In international form, or in national form of the default region */
  readonly phone_number?: string
  /** The whole name, as its owner writes it */
  readonly full_name?: string
  /** The given names */
  readonly given_name?: string
  /** The family names */
  readonly family_name?: string
  /** A postal address, shown only to its owner */
  readonly address?: string
  /** The number of an identity document, shown only to its owner */
  readonly national_id?: string
  /** Roles in addition to `user` */
  readonly roles?: readonly string[]
  /** If true, the owner gets a message with a link, which sets the password and confirms the address */
  readonly invite?: boolean
}

/** Give either `user_ids` or `filter` */
export interface CreateUserJobBody {
  readonly action: UserJobAction
  /** The accounts, in this order */
  readonly user_ids?: readonly string[]
  /** The accounts that a search with these parameters finds, in the order of creation */
  readonly filter?: {
    /** The beginning of a username, an email address, a phone number or a name, or of a word in a name */
    readonly q?: string
    /** Only accounts that have this role */
    readonly role?: string
    /** Only accounts with this status */
    readonly status?: 'pending' | 'active' | 'suspended' | 'deleted'
    /** The accounts of people (default), or those of programs */
    readonly kind?: 'person' | 'service'
    /** Only the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7` */
    readonly external_id?: string
    /** Only accounts that have confirmed a contact, or only those that have not */
    readonly verified?: 'true' | 'false'
  }
  /** The role, for `add_role` and `remove_role` */
  readonly role?: string
  /** The reason, for `suspend` */
  readonly reason?: string
  /** When the suspension ends by itself, for `suspend` */
  readonly ends_at?: string
}

/** The new client */
export interface CreatedClient {
  /** The id of the client */
  readonly id: string
  /** The same id, as OAuth calls it */
  readonly client_id: string
  /** The name of the client */
  readonly client_name: string
  /** How the client gets tokens: `authorization_code` for people who sign in at Proxima, that of devices for people who sign in on another one, `password` for people who type their password into the client, `refresh_token` to renew theirs, `client_credentials` for itself, and that of token exchange for a token that it was sent */
  readonly grant_types: readonly ('authorization_code' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange')[]
  /** What the client may ask for, separated by spaces: scopes of OpenID Connect (`openid`, `profile`, `email`, `phone`, `address`, `offline_access`), and the permissions that its tokens may have */
  readonly scope: string
  /** How the client proves who it is: with a secret (`client_secret_basic` or `client_secret_post`, both work), with a signed assertion (`private_key_jwt`), or not at all (`none`) */
  readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** The public keys of a client that signs assertions; null for any other */
  readonly jwks: {
    /** The keys */
    readonly keys: readonly {
      /** `EC`, `OKP` or `RSA` */
      readonly kty: string
      /** The id of the key, which assertions name */
      readonly kid?: string
      /** The only algorithm for which the key is used */
      readonly alg?: string
      /** `sig`, if it is given */
      readonly use?: string
      /** The curve: `P-256` or `Ed25519` */
      readonly crv?: string
      /** The x coordinate */
      readonly x?: string
      /** The y coordinate */
      readonly y?: string
      /** The modulus of an RSA key, 2048 to 4096 bits */
      readonly n?: string
      /** The exponent of an RSA key */
      readonly e?: string
    }[]
  } | null
  /** `web` for a website or a page that runs in the browser, `native` for a program on the machine of its user */
  readonly application_type: 'web' | 'native'
  /** Where people may be sent back to after they have signed in; needed for the grant `authorization_code`. https, or http on the own machine */
  readonly redirect_uris: readonly string[]
  /** Where people may be sent back to after they have signed out */
  readonly post_logout_redirect_uris: readonly string[]
  /** Where the server reports that a session has ended (OpenID Connect Back-Channel Logout) */
  readonly backchannel_logout_uri: string | null
  /** A picture that people see when the client asks for their consent; null if it has none */
  readonly logo_uri: string | null
  /** The home page of the client; null if it has none */
  readonly client_uri: string | null
  /** How the client uses the data of people; null if it does not say */
  readonly policy_uri: string | null
  /** The terms of service of the client; null if it has none */
  readonly tos_uri: string | null
  /** True if the client is yours, so that people are not asked for their consent */
  readonly is_first_party: boolean
  /** `pairwise` if the client must not know people by the same id as other clients */
  readonly subject_type: 'public' | 'pairwise'
  /** The host for which pairwise ids are made */
  readonly sector_identifier: string | null
  /** How ID tokens are signed */
  readonly id_token_signed_response_alg: 'ES256' | 'RS256'
  /** True if the client may ask for a sign-in only with a pushed request (RFC 9126) */
  readonly require_pushed_authorization_requests: boolean
  /** True if the access tokens of the client work only together with a key that it holds (RFC 9449) */
  readonly dpop_bound_access_tokens: boolean
  /** The account for which the client acts; null if it acts only for people */
  readonly service_account_id: string | null
  /** When the client was created */
  readonly created_at: string
  /** When the client or its secrets were last changed */
  readonly updated_at: string
  /** The secret, shown this once; null if the client has none */
  readonly client_secret: string | null
}

/** The new account, as `GET /v1/users/{id}` shows it */
export interface CreatedUser {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
  readonly kind: AccountKind
  /** The language of messages to the owner (BCP 47) */
  readonly locale: string | null
  /** Null if the account is not suspended */
  readonly suspension: Suspension | null
  /** The ids of the account in other systems, such as a former backend */
  readonly external_ids: readonly ExternalId[]
  /** A postal address */
  readonly address?: string | null
  /** The number of an identity document */
  readonly national_id?: string | null
  /** Only if the owner is not invited */
  readonly user_secret?: string
}

/** A credential of the account */
export interface Credential {
  /** When it was set */
  readonly since: string
}

/** When each credential was set; null if there is none */
export interface Credentials {
  /** The password; null if there is none */
  readonly password: Credential | null
  /** The user secret; null if there is none */
  readonly user_secret: Credential | null
}

/** If the account has a password, give `current_password` */
export interface DeleteMeBody {
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
}

/** The state of the deletion */
export interface Deletion {
  readonly status: DeletionStatus
  /** When the owner deleted the account */
  readonly deleted_at: string
  /** Until when the owner can restore the account; null if it is too late */
  readonly restorable_until: string | null
  /** When the account was restored; null if it was not */
  readonly restored_at: string | null
  /** When everything was erased, or the earliest time at which it will be */
  readonly erased_at: string | null
}

/** Whether the account can still be restored, has been restored, or has been erased */
export type DeletionStatus = 'pending' | 'restored' | 'erased'

/** With `link`, a mail has a link besides the code */
export type Delivery = 'code' | 'link'

/** If you did not sign in recently, also give `current_password`, or `user_secret` if the account has no password */
export interface EmailBody {
  /** An email address, such as `amina@example.com` */
  readonly email: string
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
}

/** The account is erased */
export interface Erasure {
  /** Shows the owner that everything was erased */
  readonly receipt: string | null
}

/** All stored data about the caller */
export interface Export {
  /** When the data was read */
  readonly exported_at: string
  readonly account: Me
  /** The phone number as it was typed at the registration; null if there is none, or if it has changed since */
  readonly phone_number_as_typed: string | null
  readonly profile: Profile
  /** The ids of the account in other systems, such as a former backend */
  readonly external_ids: readonly ExternalId[]
  readonly credentials: Credentials
  /** The second factors, oldest first */
  readonly factors: readonly Factor[]
  /** How many recovery codes are not used yet */
  readonly recovery_codes_left: number
  /** The clients that the caller has allowed something */
  readonly consents: readonly Consent[]
  /** The accounts at other providers, oldest first */
  readonly linked_accounts: readonly LinkedAccount[]
  /** The trusted devices, newest first */
  readonly trusted_devices: readonly TrustedDevice[]
  /** The API keys, newest first */
  readonly api_keys: readonly ApiKey[]
  /** Newest first */
  readonly sessions: readonly Session[]
  /** The messages that are still stored, newest first */
  readonly messages: readonly Message[]
  /** The audit trail of the account, oldest first */
  readonly events: readonly AuditEvent[]
}

/** The id of an account in another system, such as a former backend */
export interface ExternalId {
  /** The system that knows the account by this id */
  readonly source: string
  /** The id of the account there */
  readonly id: string
}

/** A second factor that its owner has added */
export interface Factor {
  /** The id of the factor */
  readonly id: string
  readonly kind: FactorKind
  /** The name that its owner has given it */
  readonly name: string
  /** When its owner added it */
  readonly created_at: string
  /** Null if it was never used */
  readonly last_used_at: string | null
  /** Null if that is not known */
  readonly synced: boolean | null
}

/** The kind of factor */
export type FactorKind = 'totp' | 'passkey' | 'phone_number' | 'email' | 'recovery_code'

/** The new name of a factor */
export interface FactorPatchBody {
  /** A name that distinguishes the factors of the owner: at most 100 characters */
  readonly name: string
}

/** The code that finishes the recovery */
export interface FactorRecoveryBody {
  /** The `challenge` of the answer `mfa_required` */
  readonly challenge: string
  /** The six digits of the message */
  readonly code: string
}

/** The contact to which a code was sent */
export type FactorRecoveryContact = 'email' | 'phone_number'

/** The second factors of the caller */
export interface Factors {
  /** The second factors, oldest first */
  readonly data: readonly Factor[]
  /** How many recovery codes are not used yet */
  readonly recovery_codes_left: number
}

/** A field that is not valid, and why */
export interface FieldError {
  /** JSON pointer (RFC 6901) to the field in the body or the query */
  readonly pointer: string
  /** The stable name of the error, for programs */
  readonly code: string
  /** What is wrong with the field, for people */
  readonly detail: string
}

/** Something that an operator should know */
export interface Finding {
  /** `error`: broken or unsafe now; `warning`: soon; `note`: for information only */
  readonly severity: 'error' | 'warning' | 'note'
  /** Stable, for programs */
  readonly code: string
  /** What was found */
  readonly summary: string
  /** What to do about it */
  readonly advice: string
}

/** What a running server finds out about itself */
export interface Findings {
  /** When the server was checked */
  readonly checked_at: string
  /** The findings, the worst first */
  readonly data: readonly Finding[]
}

/** The kind of second factor: one of `factors` in the answer `mfa_required` */
export type GivenFactor = 'totp' | 'passkey' | 'recovery_code'

/** A session in which an administrator sees an account as its owner does */
export interface Impersonation {
  /** The account that you see */
  readonly user_id: string
  /** The id of the session */
  readonly session_id: string
  /** When it ends by itself */
  readonly expires_at: string
  /** The access token; null if the cookie takes its place */
  readonly access_token: string | null
  /** How long the token works, in seconds; null without a token */
  readonly expires_in: number | null
}

/** Why the administrator sees the account, and what they get */
export interface ImpersonationBody {
  /** Why, such as the number of a ticket; stored in the audit trail */
  readonly reason: string
  /** `token` (default) returns an access token; `cookie` sets the session cookie of the pages in place of your own */
  readonly mode?: 'token' | 'cookie'
}

/** A new key, with its secret */
export interface IssuedApiKey {
  /** The id of the key */
  readonly id: string
  /** Which program has the key, for people */
  readonly name: string
  /** What the key allows, if its account may do it */
  readonly permissions: readonly string[]
  /** Where the key works; if empty, everywhere */
  readonly allowed_networks: readonly string[]
  /** When the key was made */
  readonly created_at: string
  /** When the key ends */
  readonly expires_at: string
  /** When the key was last used, accurate to the minute; null if never */
  readonly last_used_at: string | null
  /** The id of the key that has taken its place by a rotation; null if none has */
  readonly replaced_by: string | null
  /** The secret */
  readonly key: string
}

/** An account at another provider with which the owner signs in */
export interface LinkedAccount {
  /** The id of the connection */
  readonly id: string
  /** The id of the provider, as in `GET /v1/auth/providers` */
  readonly provider: string
  /** The issuer of the provider */
  readonly issuer: string
  /** The subject by which the issuer knows the owner */
  readonly subject: string
  /** The address at the provider when it was connected; null if the provider gave none */
  readonly email: string | null
  /** When it was connected */
  readonly created_at: string
  /** Null if it was never used */
  readonly last_used_at: string | null
}

/** The accounts at other providers with which the caller signs in */
export interface LinkedAccounts {
  /** Oldest first */
  readonly data: readonly LinkedAccount[]
}

/** The user is signed in */
export interface Login {
  /** The access token, in mode `token` */
  readonly access_token: string | null
  /** How to send the credential: in the header `Authorization` (RFC 6750) */
  readonly token_type: 'bearer'
  /** How long the access token is valid, in seconds */
  readonly expires_in: number | null
  /** The refresh token, in mode `token` */
  readonly refresh_token: string | null
  /** The session code, in mode `code` */
  readonly session_code: string | null
  /** The id of the new session */
  readonly session_id: string
  readonly user: User
}

/** Give exactly one of identifier, username, email and phone_number */
export interface LoginBody {
  /** A username, an email address or a phone number */
  readonly identifier?: string
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string
  /** In international form, or in national form of the default region */
  readonly phone_number?: string
  /** The password of the account */
  readonly password: string
  readonly mode?: Mode
}

/** Optional */
export interface LogoutBody {
  /** A refresh token of the session, instead of a credential */
  readonly refresh_token?: string
}

/** How far the recovery of the second factor is */
export interface LostFactor {
  /** When the recovery can be finished */
  readonly usable_at: string
  /** Null while the recovery waits */
  readonly sent_to: FactorRecoveryContact | null
}

/** The sign-in whose second factor is lost */
export interface LostFactorBody {
  /** The `challenge` of the answer `mfa_required` */
  readonly challenge: string
}

/** A message as administrators see it: without its recipient and its text */
export interface ManagedMessage {
  /** The id of the message */
  readonly id: string
  /** The account of the recipient; null if no account has the address */
  readonly user_id: string | null
  /** How the message is sent */
  readonly channel: 'mail' | 'sms'
  /** The kind of message */
  readonly template: string
  /** Whether the message waits, was sent, or was given up */
  readonly state: 'waiting' | 'sent' | 'given_up'
  /** How often it was tried */
  readonly attempts: number
  /** Why the last attempt failed, as a code; for a message that is never sent, `withheld` and the reason */
  readonly error: string | null
  /** When it is tried next; null if nothing more is tried */
  readonly next_attempt_at: string | null
  /** True if it was given up and can still be sent */
  readonly can_retry: boolean
  /** When the message was written */
  readonly created_at: string
}

/** A User, as administrators see it */
export interface ManagedUser {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
  readonly kind: AccountKind
  /** The language of messages to the owner (BCP 47) */
  readonly locale: string | null
  /** Null if the account is not suspended */
  readonly suspension: Suspension | null
}

/** A User, as administrators see it, with the private details if they may see those */
export interface ManagedUserDetails {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
  readonly kind: AccountKind
  /** The language of messages to the owner (BCP 47) */
  readonly locale: string | null
  /** Null if the account is not suspended */
  readonly suspension: Suspension | null
  /** The ids of the account in other systems, such as a former backend */
  readonly external_ids: readonly ExternalId[]
  /** A postal address */
  readonly address?: string | null
  /** The number of an identity document */
  readonly national_id?: string | null
}

/** The User, with the fields that are shown only to its owner */
export interface Me {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
  /** A postal address, shown only to its owner */
  readonly address: string | null
  /** The number of an identity document, shown only to its owner */
  readonly national_id: string | null
  /** The language of messages to the owner (BCP 47), such as `sw-KE` */
  readonly locale: string | null
}

/** The report of a merge */
export interface Merge {
  /** False after a dry run */
  readonly merged: boolean
  /** What the merge does, or would do */
  readonly fields: readonly MergedField[]
}

/** Two accounts of one person */
export interface MergeBody {
  /** The account that is merged into the one of the address, and then erased */
  readonly source_id: string
  /** True to see what a merge would do */
  readonly dry_run: boolean
}

/** What a merge does to one field of the account that is erased */
export interface MergedField {
  /** The field, such as `email`, or `role`, `external_id`, `picture` and `credentials` */
  readonly field: string
  /** The remaining account gets the value, keeps its own, or does not get it for the reason in `reason` */
  readonly outcome: 'moves' | 'conflict' | 'dropped'
  /** What the remaining account has afterwards */
  readonly kept: string | null
  /** The value that is lost; null if none is */
  readonly lost: string | null
  /** Why it does not move: `target_has_one`, `not_verified` or `cannot_move`; null if it does */
  readonly reason: string | null
}

/** A message to the owner of the account, without its text */
export interface Message {
  /** The id of the message */
  readonly id: string
  /** How the message is sent */
  readonly channel: 'mail' | 'sms'
  /** The kind of message */
  readonly template: string
  /** Whether the message waits, was sent, or was given up */
  readonly state: 'waiting' | 'sent' | 'given_up'
  /** When the message was written */
  readonly created_at: string
}

/** What became of the messages of a channel */
export interface MessageCount {
  /** How the messages were sent */
  readonly channel: 'mail' | 'sms'
  /** How many were sent */
  readonly sent: number
  /** How many were given up after the last attempt */
  readonly given_up: number
}

/** How many sign-ins used these methods */
export interface MethodCount {
  /** The methods of the sign-in, separated by spaces */
  readonly method: string
  /** How many sign-ins */
  readonly count: number
}

/** The second factor of a sign-in */
export interface MfaBody {
  /** The `challenge` of the answer `mfa_required` */
  readonly challenge: string
  readonly factor: SignInFactor
  /** The six digits that the authenticator app shows now or that were sent, or a recovery code */
  readonly code?: string
  readonly response?: PasskeyAssertion
  /** With `true`, the device needs no second factor for a while */
  readonly trust_device?: boolean
}

/** The challenge of the sign-in */
export interface MfaPasskeyBody {
  /** The `challenge` of the answer `mfa_required` */
  readonly challenge: string
}

/** The challenge of the sign-in, and the contact */
export interface MfaSendBody {
  /** The `challenge` of the answer `mfa_required` */
  readonly challenge: string
  readonly factor: ContactFactor
}

/** What the client gets: an access token and a refresh token (`token`), an opaque session code (`code`), or a cookie with a session code, for browsers on the same origin (`cookie`) */
export type Mode = 'token' | 'code' | 'cookie'

/** A new API key */
export interface NewApiKeyBody {
  /** Which program has the key, for people: at most 100 characters */
  readonly name: string
  /** What the key allows, such as `users:read` */
  readonly permissions?: readonly string[]
  /** The addresses and networks (CIDR) from which the key works, such as `192.0.2.7` or `2001:db8::/32`; if empty, it works from everywhere */
  readonly allowed_networks?: readonly string[]
  /** When the key ends */
  readonly expires_at?: string
}

/** The new secret */
export interface NewClientSecret {
  /** The id of the secret */
  readonly id: string
  /** The secret, shown this once */
  readonly client_secret: string
  /** When the secret was created */
  readonly created_at: string
}

/** What `navigator.credentials.create` has returned, as `toJSON()` makes it (WebAuthn Level 3 §5.1.8) */
export interface NewPasskey {
  /** The id of the credential */
  readonly id: string
  /** The same */
  readonly rawId: string
  /** Always the same */
  readonly type: 'public-key'
  /** How the authenticator is connected */
  readonly authenticatorAttachment?: string | null
  /** What extensions have answered */
  readonly clientExtensionResults?: unknown
  /** What the authenticator has answered */
  readonly response: {
    /** What the browser has passed to the authenticator */
    readonly clientDataJSON: string
    /** The new public key, and a statement about its authenticator */
    readonly attestationObject: string
    /** A part of attestationObject */
    readonly authenticatorData?: string
    /** The server does not read it */
    readonly publicKey?: string | null
    /** The algorithm */
    readonly publicKeyAlgorithm?: number
    /** How the browser reaches the authenticator */
    readonly transports?: readonly string[]
  }
}

/** The options for the browser, and the flow with which its answer is sent */
export interface NewPasskeyOptions {
  /** The `flow` of the answer with the options */
  readonly flow: string
  readonly public_key: PasskeyCreationOptions
}

/** A new role */
export interface NewRoleBody {
  /** Lower-case letters, digits, `_` and `-`; begins with a letter */
  readonly name: string
  /** What the role is for, in one line */
  readonly description?: string | null
  /** What the role permits: permissions of Proxima, and any that an application defines for itself, such as `moments:publish` */
  readonly permissions?: readonly string[]
}

/** A webhook, and the secret with which its receiver checks what it gets */
export interface NewWebhook {
  /** The id of the webhook */
  readonly id: string
  /** Where events are sent */
  readonly url: string
  /** A note for people */
  readonly description: string | null
  /** The types of the events that are sent there */
  readonly event_types: readonly ('user.created' | 'user.changed' | 'user.verified' | 'user.password_changed' | 'user.factors_changed' | 'user.roles_changed' | 'user.suspended' | 'user.activated' | 'user.deleted' | 'user.restored' | 'user.erased' | 'user.signed_in' | 'session.ended')[]
  /** `gone`: the receiver answered 410 */
  readonly status: 'enabled' | 'disabled' | 'gone' | 'failed'
  /** How many deliveries are not finished */
  readonly waiting: number
  /** How many deliveries were given up, and can be replayed */
  readonly dead: number
  /** When the webhook was created */
  readonly created_at: string
  /** When it last changed */
  readonly updated_at: string
  /** The secret that signs the events (Standard Webhooks) */
  readonly secret: string
}

/** What `navigator.credentials.get` has returned, as `toJSON()` makes it (WebAuthn Level 3 §5.1.8) */
export interface PasskeyAssertion {
  /** The id of the credential */
  readonly id: string
  /** The same */
  readonly rawId: string
  /** Always the same */
  readonly type: 'public-key'
  /** How the authenticator is connected */
  readonly authenticatorAttachment?: string | null
  /** What extensions have answered */
  readonly clientExtensionResults?: unknown
  /** What the authenticator has answered */
  readonly response: {
    /** What the browser has passed to the authenticator */
    readonly clientDataJSON: string
    /** What the authenticator has signed, with the hash of clientDataJSON */
    readonly authenticatorData: string
    /** The signature */
    readonly signature: string
    /** The server does not read it */
    readonly attestationObject?: string | null
    /** Null if the authenticator does not say */
    readonly userHandle?: string | null
  }
}

/** The answer of the browser */
export interface PasskeyBody {
  /** The `flow` of the answer with the options */
  readonly flow: string
  readonly response: PasskeyAssertion
  readonly mode?: Mode
}

/** For `navigator.credentials.create`: `PublicKeyCredential.parseCreationOptionsFromJSON` reads it (WebAuthn Level 3 §5.1.9) */
export interface PasskeyCreationOptions {
  /** The website */
  readonly rp: {
    /** The domain that the passkey will belong to */
    readonly id: string
    /** The name of the service */
    readonly name: string
  }
  /** What the authenticator shows of the account */
  readonly user: {
    /** Stands for the account, in base64url */
    readonly id: string
    /** Distinguishes the accounts of a person */
    readonly name: string
    /** The name of the person */
    readonly displayName: string
  }
  /** What the authenticator signs, in base64url */
  readonly challenge: string
  /** The kinds of key that the server accepts, the best first */
  readonly pubKeyCredParams: readonly {
    /** Always the same */
    readonly type: 'public-key'
    /** A COSE algorithm */
    readonly alg: number
  }[]
  /** How long the answer is accepted, in milliseconds */
  readonly timeout: number
  /** The passkeys that the account has */
  readonly excludeCredentials: readonly PasskeyDescriptor[]
  /** What the authenticator must be able to do */
  readonly authenticatorSelection: {
    /** The authenticator keeps the passkey */
    readonly residentKey: 'required'
    /** The same, for older browsers */
    readonly requireResidentKey: boolean
    /** The authenticator asks for a PIN, a fingerprint or a face */
    readonly userVerification: 'required'
  }
  /** Whether the authenticator states its model */
  readonly attestation: string
  /** What else the browser is asked */
  readonly extensions: {
    /** Asks whether the passkey is discoverable */
    readonly credProps: boolean
  }
}

/** The name of a passkey */
export interface PasskeyDescriptor {
  /** The id of the credential, in base64url */
  readonly id: string
  /** Always the same */
  readonly type: 'public-key'
  /** How a browser reaches the authenticator */
  readonly transports: readonly string[]
}

/** The options for the browser */
export interface PasskeyOptions {
  readonly public_key: PasskeyRequestOptions
}

/** Optional */
export interface PasskeyOptionsBody {
  /** A username, an email address or a phone number: then only a passkey of that account will do */
  readonly identifier?: string
}

/** For `navigator.credentials.get`: `PublicKeyCredential.parseRequestOptionsFromJSON` reads it (WebAuthn Level 3 §5.1.10) */
export interface PasskeyRequestOptions {
  /** What the authenticator signs, in base64url */
  readonly challenge: string
  /** The domain that the passkeys belong to */
  readonly rpId: string
  /** How long the answer is accepted, in milliseconds */
  readonly timeout: number
  /** The passkeys that will do */
  readonly allowCredentials: readonly PasskeyDescriptor[]
  /** The authenticator asks for a PIN, a fingerprint or a face */
  readonly userVerification: 'required'
}

/** The options for the browser, and the flow with which its answer is sent */
export interface PasskeySignInOptions {
  /** The `flow` of the answer with the options */
  readonly flow: string
  readonly public_key: PasskeyRequestOptions
}

/** If the account has a password, give `current_password` */
export interface PasswordBody {
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
  /** The new password */
  readonly new_password: string
}

/** Changes only the fields that you send */
export interface PatchMeBody {
  /** The whole name, as its owner writes it */
  readonly full_name?: string | null
  /** The given names */
  readonly given_name?: string | null
  /** The family names */
  readonly family_name?: string | null
  /** A postal address, shown only to its owner */
  readonly address?: string | null
  /** The number of an identity document, shown only to its owner */
  readonly national_id?: string | null
  /** The language of messages to the owner (BCP 47), such as `sw-KE`; `sw_KE` is read as the same */
  readonly locale?: string | null
}

/** Changes only the fields that you send */
export interface PatchProfileBody {
  /** What the owner does for a living */
  readonly occupation?: string | null
  /** Shown only to its owner */
  readonly home_address?: string | null
  /** An ISO 3166-1 code, or a name in English */
  readonly country?: string | null
  /** The county, state or province */
  readonly county?: string | null
  /** What the owner says about themselves */
  readonly description?: string | null
  readonly social_links?: PatchSocialLinks | null
}

/** Changes only the fields that you send */
export interface PatchRoleBody {
  /** What the role is for, in one line */
  readonly description?: string | null
  /** What the role permits: permissions of Proxima, and any that an application defines for itself, such as `moments:publish` */
  readonly permissions?: readonly string[]
}

/** Changes only the links that you send */
export interface PatchSocialLinks {
  /** A handle, or an https address of a profile, such as `ada` or `company/analytical` */
  readonly linkedin?: string | null
  /** A handle, or an https address of a profile, such as `ada`, or an address with the number of a profile */
  readonly facebook?: string | null
  /** A handle, or an https address of a profile, such as `ada` */
  readonly github?: string | null
  /** A handle, or an https address of a profile, such as `ada` */
  readonly instagram?: string | null
  /** A handle, or an https address of a profile, such as `@ada`, at twitter.com or x.com */
  readonly twitter?: string | null
  /** A handle, or an https address of a profile, such as `@ada`, or the address of a channel */
  readonly youtube?: string | null
  /** Any https address with a public domain name */
  readonly website?: string | null
}

/** Changes only the fields that you send */
export interface PatchUserBody {
  /** The whole name, as its owner writes it */
  readonly full_name?: string | null
  /** The given names */
  readonly given_name?: string | null
  /** The family names */
  readonly family_name?: string | null
  /** A postal address, shown only to its owner */
  readonly address?: string | null
  /** The number of an identity document, shown only to its owner */
  readonly national_id?: string | null
  /** The language of messages to the owner (BCP 47), such as `sw-KE`; `sw_KE` is read as the same */
  readonly locale?: string | null
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string | null
  /** In international form, or in national form of the default region */
  readonly phone_number?: string | null
}

/** Changes only the fields that you send */
export interface PatchWebhookBody {
  /** An https:// URL of the public internet, without user name and password */
  readonly url?: string
  /** A note for people, such as the name of the receiver */
  readonly description?: string | null
  /** The types of the events to send; all of them by default */
  readonly event_types?: readonly ('user.created' | 'user.changed' | 'user.verified' | 'user.password_changed' | 'user.factors_changed' | 'user.roles_changed' | 'user.suspended' | 'user.activated' | 'user.deleted' | 'user.restored' | 'user.erased' | 'user.signed_in' | 'session.ended')[]
  /** `disabled`: nothing is sent */
  readonly status?: 'enabled' | 'disabled'
}

/** The answer of a server with strict privacy, whether or not the email address or phone number is taken */
export interface PendingRegistration {
  /** Always the same */
  readonly status: 'pending'
}

/** What the caller may do with data of others */
export interface Permissions {
  /** The permissions, in alphabetical order */
  readonly permissions: readonly string[]
}

/** If you did not sign in recently, also give `current_password`, or `user_secret` if the account has no password */
export interface PhoneNumberBody {
  /** In international form, or in national form of the default region */
  readonly phone_number: string
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
}

/** The address of the new picture */
export interface Picture {
  /** Anyone who knows this address can see the picture */
  readonly image_url: string
}

/** Why a call was refused or failed (RFC 9457) */
export interface Problem {
  /** The address of the page that explains the problem */
  readonly type: string
  /** The problem in a few words, always the same for a code */
  readonly title: string
  /** The HTTP status of the answer */
  readonly status: number
  /** What went wrong and what to do, for people */
  readonly detail: string
  /** The stable name of the problem, for programs */
  readonly code: string
  /** The id of the request, also in the header X-Request-Id and in the log of the server */
  readonly request_id: string
  /** When a recovery that must wait can be finished */
  readonly usable_at?: string
  /** With `mfa_required`: finishes the sign-in at `POST /v1/auth/mfa`, for five minutes; null if it cannot be finished there */
  readonly challenge?: string | null
  /** With `mfa_required`: the kinds of second factors that finish the sign-in, the usual one first */
  readonly factors?: readonly string[]
  /** With `factor_enrolment_required`: the bearer token of the calls that add a second factor, for ten minutes; null if the client cannot show them */
  readonly enrolment?: string | null
  readonly proof_of_work?: WorkChallenge
  /** The fields that are not valid */
  readonly errors?: readonly FieldError[]
}

/** The profile, with null for fields that are not filled in */
export interface Profile {
  /** What the owner does for a living */
  readonly occupation: string | null
  /** Shown only to its owner */
  readonly home_address: string | null
  /** ISO 3166-1 alpha-2, such as `KE` */
  readonly country: string | null
  /** The name of the country in English */
  readonly country_name: string | null
  /** The county, state or province */
  readonly county: string | null
  /** What the owner says about themselves */
  readonly description: string | null
  /** The address of the picture, 256 pixels wide */
  readonly image_url: string | null
  readonly social_links: SocialLinks
}

/** Another service with whose accounts people sign in */
export interface Provider {
  /** The id, for `/sign-in/with/{id}` */
  readonly id: string
  /** What people call it, for a button */
  readonly name: string
  /** The path to which a button leads */
  readonly sign_in_url: string
}

/** The other services with whose accounts people sign in */
export interface Providers {
  /** In the order in which the pages show them */
  readonly data: readonly Provider[]
}

/** How many sign-ins were refused for this reason */
export interface ReasonCount {
  /** Why the sign-ins were refused, as in the audit trail */
  readonly reason: string
  /** How many refusals */
  readonly count: number
}

/** Give exactly one of current_password, user_secret, and factor with code or response */
export interface ReauthenticationBody {
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
  readonly factor?: GivenFactor
  /** The six digits that the authenticator app shows now or that were sent, or a recovery code */
  readonly code?: string
  readonly response?: PasskeyAssertion
}

/** The account is deleted */
export interface Receipt {
  /** Shown only once */
  readonly receipt: string
  readonly status: DeletionStatus
  /** When the owner deleted the account */
  readonly deleted_at: string
  /** Until when the owner can restore the account; null if it is too late */
  readonly restorable_until: string | null
  /** When the account was restored; null if it was not */
  readonly restored_at: string | null
  /** When everything was erased, or the earliest time at which it will be */
  readonly erased_at: string | null
}

/** The new secret of an account without a password */
export interface RecoveredSecret {
  /** Shown only once */
  readonly user_secret: string
}

/** Any identifier of the account */
export interface RecoveryBody {
  /** A username, an email address or a phone number */
  readonly identifier: string
}

/** New recovery codes */
export interface RecoveryCodes {
  /** Ten codes, each for one use */
  readonly recovery_codes: readonly string[]
}

/** Always the same, whether or not there is such an account */
export interface RecoveryRequested {
  /** How long a code works, in seconds */
  readonly expires_in: number
  /** How long to wait before you ask for another, in seconds */
  readonly resend_after: number
}

/** A password that breaks a rule does not use up the token */
export interface RecoveryResetBody {
  /** From the verification of the code */
  readonly recovery_token: string
  /** Required, unless the account has no password and wants a new user secret */
  readonly new_password?: string
}

/** The code was right */
export interface RecoveryToken {
  /** For one call of the reset */
  readonly recovery_token: string
  /** How long it works, in seconds */
  readonly expires_in: number
}

/** Give the same identifier as in the request for the code */
export interface RecoveryVerifyBody {
  /** A username, an email address or a phone number */
  readonly identifier: string
  /** The six digits of the newest code */
  readonly code: string
}

/** The latest refresh token of the session */
export interface RefreshBody {
  /** The latest refresh token of the session */
  readonly refresh_token: string
}

/** Give at least one of username, email and phone_number */
export interface RegisterBody {
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string
  /** In international form, or in national form of the default region */
  readonly phone_number?: string
  /** Without it, the account gets a generated `user_secret` */
  readonly password?: string
  /** The whole name, as its owner writes it */
  readonly full_name?: string
  /** The given names */
  readonly given_name?: string
  /** The family names */
  readonly family_name?: string
  /** A postal address, shown only to its owner */
  readonly address?: string
  /** The number of an identity document, shown only to its owner */
  readonly national_id?: string
}

/** First at least one of username, email and phone_number */
export interface RegisterPasskeyBody {
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string
  /** In international form, or in national form of the default region */
  readonly phone_number?: string
  /** The whole name, as its owner writes it */
  readonly full_name?: string
  /** The given names */
  readonly given_name?: string
  /** The family names */
  readonly family_name?: string
  /** A postal address, shown only to its owner */
  readonly address?: string
  /** The number of an identity document, shown only to its owner */
  readonly national_id?: string
  /** The `flow` of the answer with the options */
  readonly flow?: string
  readonly response?: NewPasskey
}

/** The new User, who is not signed in yet */
export interface RegisteredUser {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
  /** Only if no password was given */
  readonly user_secret?: string
}

/** A message with a code is on its way */
export interface RequestedCode {
  /** How long the code works, in seconds */
  readonly expires_in: number
  /** How long to wait before you request another, in seconds */
  readonly resend_after: number
}

/** Why the administrator removes the second factors, or starts their recovery */
export interface ResetFactorsBody {
  /** Why, such as the number of a ticket; stored in the audit trail */
  readonly reason: string
}

/** Give either a password with exactly one of identifier, username, email and phone_number, or a user_secret, or flow and response of a passkey */
export interface RestoreBody {
  /** A username, an email address or a phone number */
  readonly identifier?: string
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string
  /** In international form, or in national form of the default region */
  readonly phone_number?: string
  /** The password of the account */
  readonly password?: string
  readonly mode?: Mode
  /** The user secret of the account */
  readonly user_secret?: string
  /** The `flow` of the answer with the options */
  readonly flow?: string
  readonly response?: PasskeyAssertion
}

/** A named set of permissions */
export interface Role {
  /** The name of the role, which never changes */
  readonly name: string
  /** What the role is for; null if no one has said so */
  readonly description: string | null
  /** The permissions of the role, sorted: those of Proxima, and those that applications define */
  readonly permissions: readonly string[]
  /** True for `user` and `admin`, which no one can change or delete */
  readonly is_built_in: boolean
  /** When the role was created */
  readonly created_at: string
  /** When the role was last changed */
  readonly updated_at: string
}

/** How the new key takes the place of the former one */
export interface RotationBody {
  /** How long the former key still works; 86400 by default */
  readonly overlap_seconds?: number
  /** When the key ends */
  readonly expires_at?: string
}

/** A message with a code is on its way */
export interface SecondFactorCodeSent {
  /** How long the code works, in seconds */
  readonly expires_in: number
  /** How long to wait before you ask for another, in seconds */
  readonly resend_after: number
}

/** If the account has a password, give `current_password` */
export interface SecretBody {
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
}

/** The account of a program */
export interface ServiceAccount {
  /** The id of the account */
  readonly id: string
  /** Which program it is, for people */
  readonly name: string
  /** Only an active account can call */
  readonly status: 'active' | 'suspended' | 'deleted'
  /** When it was created */
  readonly created_at: string
  /** When it was last changed */
  readonly updated_at: string
}

/** The name of a service account */
export interface ServiceAccountBody {
  /** Which program it is, for people */
  readonly name: string
}

/** One sign-in of a user */
export interface Session {
  /** The id of the session, which access tokens carry as `sid` */
  readonly id: string
  /** The browser and the system, such as "Firefox on Linux"; null if they are unknown */
  readonly device: string | null
  /** The header User-Agent of the sign-in */
  readonly user_agent: string | null
  /** The address of the client that signed in */
  readonly address: string
  /** The methods with which the owner signed in (RFC 8176) */
  readonly amr: readonly string[]
  /** The level of assurance: `urn:proxima:aal1` for one factor, `urn:proxima:aal2` for two, `phr` for a passkey */
  readonly acr: string
  /** When the owner last proved their identity */
  readonly auth_time: string
  /** When the owner signed in */
  readonly created_at: string
  /** When the session was last used, accurate to the minute */
  readonly last_seen_at: string
  /** When the session ends, if its owner does not sign out before */
  readonly expires_at: string
  /** True for the session of this request */
  readonly current: boolean
}

/** A setting of the server */
export interface Setting {
  /** The name of the environment variable */
  readonly name: string
  /** The heading under which the settings are documented */
  readonly section: string
  /** The value in effect, in readable form; `(hidden)` for a secret */
  readonly value: string
  /** Where the value comes from */
  readonly source: 'default' | 'environment' | 'file'
  /** What applies if the setting is not given */
  readonly default: string
  /** What the setting does */
  readonly description: string
}

/** The settings in effect */
export interface Settings {
  /** Every setting, in the order of the documentation */
  readonly data: readonly Setting[]
}

/** Any identifier of the account */
export interface SignInCodeBody {
  /** A username, an email address or a phone number */
  readonly identifier: string
  readonly delivery?: Delivery
}

/** The code from the message */
export interface SignInCodeConfirmBody {
  /** The `flow` of the answer to the request for this code */
  readonly flow: string
  /** The six digits of the newest code */
  readonly code: string
  readonly mode?: Mode
}

/** Always the same, whether or not there is such an account */
export interface SignInCodeRequested {
  /** Send it back with the code */
  readonly flow: string
  /** How long a code works, in seconds */
  readonly expires_in: number
  /** How long to wait before you ask for another, in seconds */
  readonly resend_after: number
}

/** The kind of second factor: one of `factors` in the answer `mfa_required` */
export type SignInFactor = 'totp' | 'passkey' | 'recovery_code' | 'email' | 'phone_number'

/** The addresses of the owner in other networks */
export interface SocialLinks {
  /** LinkedIn: an https address */
  readonly linkedin: string | null
  /** Facebook: an https address */
  readonly facebook: string | null
  /** GitHub: an https address */
  readonly github: string | null
  /** Instagram: an https address */
  readonly instagram: string | null
  /** X (Twitter): an https address */
  readonly twitter: string | null
  /** YouTube: an https address */
  readonly youtube: string | null
  /** A website: an https address */
  readonly website: string | null
}

/** The contact to confirm */
export interface StartVerificationBody {
  /** The contact whose owner gets a code */
  readonly channel: 'email' | 'phone_number'
}

/** The owner of the account gets a message */
export interface StartedByAdministrator {
  /** Where the message goes; null if nothing is sent */
  readonly channel: 'email' | 'phone_number' | null
}

/** The recovery has begun */
export interface StartedFactorRecovery {
  /** When the owner can finish it */
  readonly usable_at: string
}

/** The figures of a range of time, and of the range of the same length before it */
export interface Statistics {
  /** The steps of the figures */
  readonly interval: 'hour' | 'day'
  readonly current: StatisticsRange
  readonly before: StatisticsRange
}

/** The figures of a range of time */
export interface StatisticsRange {
  /** When the range begins */
  readonly from: string
  /** When the range ends */
  readonly to: string
  /** How many accounts of people there are at the end, or now */
  readonly people: number
  /** How many accounts were registered */
  readonly sign_ups: number
  /** How many sign-ins succeeded */
  readonly sign_ins: number
  /** How many sign-ins were refused */
  readonly refused_sign_ins: number
  /** The sign-ins by method, the most frequent first */
  readonly sign_ins_by_method: readonly MethodCount[]
  /** The refusals by reason, the most frequent first */
  readonly refused_by_reason: readonly ReasonCount[]
  /** The messages by channel */
  readonly messages: readonly MessageCount[]
  /** Each interval that has begun, the earliest first */
  readonly series: readonly StatisticsStep[]
  /** The people who were active in each day, week and month that overlaps the range */
  readonly active: {
    /** By day */
    readonly day: readonly ActiveCount[]
    /** By week, from Monday */
    readonly week: readonly ActiveCount[]
    /** By month */
    readonly month: readonly ActiveCount[]
  }
}

/** The figures of one interval */
export interface StatisticsStep {
  /** When the interval starts */
  readonly starts_at: string
  /** How many accounts of people there are at the end, or now */
  readonly people: number
  /** How many accounts were registered */
  readonly sign_ups: number
  /** How many sign-ins succeeded */
  readonly sign_ins: number
  /** How many sign-ins were refused */
  readonly refused_sign_ins: number
  /** The sign-ins by method, the most frequent first */
  readonly sign_ins_by_method: readonly MethodCount[]
  /** The refusals by reason, the most frequent first */
  readonly refused_by_reason: readonly ReasonCount[]
  /** The messages by channel */
  readonly messages: readonly MessageCount[]
}

/** The reason and the end of a suspension */
export interface SuspendBody {
  /** Why */
  readonly reason?: string
  /** When the suspension ends by itself */
  readonly ends_at?: string
}

/** Why an account is suspended, and until when */
export interface Suspension {
  /** Why the account is suspended; null if no reason was given */
  readonly reason: string | null
  /** When the account was suspended */
  readonly suspended_at: string
  /** When the suspension ends by itself; null if an administrator must lift it */
  readonly ends_at: string | null
}

/** The secret says which account it is, so no identifier is needed */
export interface TokenBody {
  /** The user secret of the account */
  readonly user_secret: string
  readonly mode?: Mode
}

/** The code that the app shows now */
export interface TotpConfirmBody {
  /** The six digits that the authenticator app shows now or that were sent, or a recovery code */
  readonly code: string
}

/** What an authenticator app needs */
export interface TotpEnrolment {
  /** The secret in base32, to type into the app */
  readonly secret: string
  /** The same as a link, which opens the app on a phone */
  readonly otpauth_url: string
  /** The link as a QR code: an SVG image without style or script */
  readonly qr_svg: string
}

/** An event of the audit trail */
export interface TrailEvent {
  /** The id of the event */
  readonly id: string
  /** When it happened */
  readonly at: string
  /** What happened, such as `sign_in` */
  readonly action: string
  /** How it ended: `success`, `failure`, `limited` or `repeated` */
  readonly outcome: string
  /** The account that it is about */
  readonly account_id: string | null
  /** The account of the caller; null for the command line, the server, and callers who are not signed in */
  readonly actor_id: string | null
  /** The session or the key with which the caller called; null if they were not signed in */
  readonly credential_id: string | null
  /** What else it is about: a kind and a name, such as `role:support` */
  readonly target: string | null
  /** The session that it is about; null if there is none */
  readonly session_id: string | null
  /** The authentication methods, separated by spaces; null if there are none */
  readonly method: string | null
  /** The limit, the check or the policy that refused it, as a code; null if it was not refused */
  readonly reason: string | null
  /** The id of the request; null if there was none */
  readonly request_id: string | null
  /** The address of the client; null if there is none, or if there are several */
  readonly ip_address: string | null
  /** The device in words, such as "Firefox on Linux", as far as it is known */
  readonly device: string | null
  readonly changes: Changes | null
  /** How often it happened: more than once for many refusals */
  readonly occurrences: number
  /** The block of the chain that seals it; null for about a second */
  readonly block: number | null
}

/** A browser or a program that needs no second factor for a while */
export interface TrustedDevice {
  /** The id of the trusted device */
  readonly id: string
  /** The browser and the system, such as "Firefox on Linux"; null if they are unknown */
  readonly device: string | null
  /** Null if it is unknown */
  readonly address: string | null
  /** When its owner gave a second factor there */
  readonly created_at: string
  /** Null if there was none */
  readonly last_used_at: string | null
  /** When it needs a second factor again */
  readonly expires_at: string
  /** True for the device of this request */
  readonly current: boolean
}

/** The trusted devices of an account */
export interface TrustedDevices {
  /** The trusted devices, newest first; at most 20 */
  readonly data: readonly TrustedDevice[]
}

/** The fields to change */
export interface UpdateClientBody {
  /** The name of the client, 1 to 200 characters */
  readonly client_name?: string
  /** How the client gets tokens: `authorization_code` for people who sign in at Proxima, that of devices for people who sign in on another one, `password` for people who type their password into the client, `refresh_token` to renew theirs, `client_credentials` for itself, and that of token exchange for a token that it was sent */
  readonly grant_types?: readonly ('authorization_code' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange')[]
  /** What the client may ask for, separated by spaces: scopes of OpenID Connect (`openid`, `profile`, `email`, `phone`, `address`, `offline_access`), and the permissions that its tokens may have */
  readonly scope?: string
  /** How the client proves who it is: with a secret (`client_secret_basic` or `client_secret_post`, both work), with a signed assertion (`private_key_jwt`), or not at all (`none`) */
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** The public keys of a client that signs assertions; null for any other */
  readonly jwks?: {
    /** One to five public keys */
    readonly keys: readonly {
      /** `EC`, `OKP` or `RSA` */
      readonly kty: string
      /** The id of the key, which assertions name */
      readonly kid?: string
      /** The only algorithm for which the key is used */
      readonly alg?: string
      /** `sig`, if it is given */
      readonly use?: string
      /** The curve: `P-256` or `Ed25519` */
      readonly crv?: string
      /** The x coordinate */
      readonly x?: string
      /** The y coordinate */
      readonly y?: string
      /** The modulus of an RSA key, 2048 to 4096 bits */
      readonly n?: string
      /** The exponent of an RSA key */
      readonly e?: string
      /** Ignored */
      readonly key_ops?: readonly string[]
      /** Ignored */
      readonly x5c?: readonly string[]
      /** Ignored */
      readonly x5t?: string
      /** Ignored */
      readonly 'x5t#S256'?: string
      /** Ignored: no key is read from an address */
      readonly x5u?: string
    }[]
  } | null
  /** `web` for a website or a page that runs in the browser, `native` for a program on the machine of its user */
  readonly application_type?: 'web' | 'native'
  /** Where people may be sent back to after they have signed in; needed for the grant `authorization_code`. https, or http on the own machine */
  readonly redirect_uris?: readonly string[]
  /** Where people may be sent back to after they have signed out */
  readonly post_logout_redirect_uris?: readonly string[]
  /** Where the server reports that a session has ended (OpenID Connect Back-Channel Logout) */
  readonly backchannel_logout_uri?: string | null
  /** A picture that people see when the client asks for their consent; null if it has none */
  readonly logo_uri?: string | null
  /** The home page of the client; null if it has none */
  readonly client_uri?: string | null
  /** How the client uses the data of people; null if it does not say */
  readonly policy_uri?: string | null
  /** The terms of service of the client; null if it has none */
  readonly tos_uri?: string | null
  /** True if the client is yours, so that people are not asked for their consent */
  readonly is_first_party?: boolean
  /** `pairwise` if the client must not know people by the same id as other clients */
  readonly subject_type?: 'public' | 'pairwise'
  /** The host for which pairwise ids are made */
  readonly sector_identifier?: string | null
  /** How ID tokens are signed */
  readonly id_token_signed_response_alg?: 'ES256' | 'RS256'
  /** True if the client may ask for a sign-in only with a pushed request (RFC 9126) */
  readonly require_pushed_authorization_requests?: boolean
  /** True if the access tokens of the client work only together with a key that it holds (RFC 9449) */
  readonly dpop_bound_access_tokens?: boolean
}

/** A user account */
export interface User {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
}

/** How many accounts satisfy a filter */
export interface UserCount {
  /** How many accounts there are, at most 10000 */
  readonly count: number
  /** False if there are more, or may be */
  readonly is_exact: boolean
}

/** An action on many accounts */
export interface UserJob {
  /** The id of the job */
  readonly id: string
  readonly action: UserJobAction
  readonly status: UserJobStatus
  /** How many accounts there are; null if a filter finds them while the job runs */
  readonly total: number | null
  /** How many accounts are done */
  readonly done: number
  /** How many accounts were skipped */
  readonly skipped: number
  /** The role that is added or removed; null for other actions */
  readonly role: string | null
  /** The account of the administrator; null if it is erased */
  readonly created_by: string | null
  /** When the job was requested */
  readonly created_at: string
  /** When the last account was done, or the job stopped; null before */
  readonly finished_at: string | null
  /** Why the job stopped: the account of its author can no longer act, the session, key or client that started it has ended, or the author has lost the permission; null if it did not stop */
  readonly stop_reason: 'account_ended' | 'credential_ended' | 'permission_lost' | null
}

/** What is done to each account */
export type UserJobAction = 'suspend' | 'lift' | 'add_role' | 'remove_role' | 'end_sessions' | 'delete'

/** One account of a job */
export interface UserJobItem {
  /** The id of the account; null if it is erased */
  readonly user_id: string | null
  /** Null if the account waits, or the job stopped before it */
  readonly outcome: UserJobOutcome | null
  /** The code of the problem for which it was skipped; null if it was not */
  readonly reason: string | null
}

/** What became of the account */
export type UserJobOutcome = 'done' | 'skipped'

/** Whether the job has begun, and whether all its accounts are done */
export type UserJobStatus = 'waiting' | 'running' | 'finished' | 'stopped'

/** The roles of the account */
export interface UserRolesBody {
  /** All roles that the account has afterwards */
  readonly roles: readonly string[]
}

/** The new secret */
export interface UserSecret {
  /** Shown only once */
  readonly user_secret: string
}

/** Only an active account can sign in */
export type UserStatus = 'pending' | 'active' | 'suspended' | 'deleted'

/** The new User, who is not signed in yet */
export interface UserWithPasskey {
  /** The id of the account, which never changes */
  readonly id: string
  /** The username as its owner wrote it; null if there is none */
  readonly username: string | null
  /** The email address as its owner wrote it; null if there is none */
  readonly email: string | null
  /** The phone number in E.164, such as `+254712345678`; null if there is none */
  readonly phone_number: string | null
  /** The whole name */
  readonly full_name: string | null
  /** The given names */
  readonly given_name: string | null
  /** The family names */
  readonly family_name: string | null
  /** True if its owner has proved that the email address is theirs */
  readonly email_verified: boolean
  /** True if its owner has proved that the phone number is theirs */
  readonly phone_number_verified: boolean
  /** True if any identifier is verified */
  readonly is_verified: boolean
  /** The names of the roles of the account */
  readonly roles: readonly string[]
  readonly status: UserStatus
  /** When the account was registered */
  readonly created_at: string
  /** When the account was last changed */
  readonly updated_at: string
  /** Ten codes, each for one use */
  readonly recovery_codes: readonly string[]
}

/** If you did not sign in recently, also give `current_password`, or `user_secret` if the account has no password */
export interface UsernameBody {
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username: string
  /** The current password of the account */
  readonly current_password?: string
  /** The user secret of the account */
  readonly user_secret?: string
}

/** What to confirm */
export interface VerificationBody {
  readonly channel: VerificationChannel
}

/** What to confirm: the email address or the phone number */
export type VerificationChannel = 'email' | 'phone_number'

/** An address of another service to which events are sent */
export interface Webhook {
  /** The id of the webhook */
  readonly id: string
  /** Where events are sent */
  readonly url: string
  /** A note for people */
  readonly description: string | null
  /** The types of the events that are sent there */
  readonly event_types: readonly ('user.created' | 'user.changed' | 'user.verified' | 'user.password_changed' | 'user.factors_changed' | 'user.roles_changed' | 'user.suspended' | 'user.activated' | 'user.deleted' | 'user.restored' | 'user.erased' | 'user.signed_in' | 'session.ended')[]
  /** `gone`: the receiver answered 410 */
  readonly status: 'enabled' | 'disabled' | 'gone' | 'failed'
  /** How many deliveries are not finished */
  readonly waiting: number
  /** How many deliveries were given up, and can be replayed */
  readonly dead: number
  /** When the webhook was created */
  readonly created_at: string
  /** When it last changed */
  readonly updated_at: string
}

/** There can be 50 webhooks */
export interface WebhookBody {
  /** An https:// URL of the public internet, without user name and password */
  readonly url: string
  /** A note for people, such as the name of the receiver */
  readonly description?: string | null
  /** The types of the events to send; all of them by default */
  readonly event_types?: readonly ('user.created' | 'user.changed' | 'user.verified' | 'user.password_changed' | 'user.factors_changed' | 'user.roles_changed' | 'user.suspended' | 'user.activated' | 'user.deleted' | 'user.restored' | 'user.erased' | 'user.signed_in' | 'session.ended')[]
}

/** An event that a webhook gets */
export interface WebhookDelivery {
  /** The id of the event, which is also the `webhook-id` of each attempt */
  readonly event_id: string
  /** What happened */
  readonly type: 'user.created' | 'user.changed' | 'user.verified' | 'user.password_changed' | 'user.factors_changed' | 'user.roles_changed' | 'user.suspended' | 'user.activated' | 'user.deleted' | 'user.restored' | 'user.erased' | 'user.signed_in' | 'session.ended'
  /** The user that the event is about */
  readonly user_id: string
  /** When it happened */
  readonly occurred_at: string
  /** `dead`: given up after a day */
  readonly status: 'waiting' | 'delivered' | 'dead'
  /** How often it was tried */
  readonly attempts: number
  /** Why the last attempt failed, such as `http 503`, `timeout` or `address_refused` */
  readonly error: string | null
  /** Null if it is finished, or waits for an earlier event about the same user */
  readonly next_attempt_at: string | null
  /** When it was delivered or given up */
  readonly finished_at: string | null
}

/** The result of one attempt */
export interface WebhookPing {
  /** True if the receiver accepted the message */
  readonly delivered: boolean
  /** Why it was not delivered, such as `http 404`, `timeout`, `tls_failed` or `address_refused` */
  readonly error: string | null
}

/** What is sent again, with the ids that the events had */
export interface WebhookReplay {
  /** How many deliveries are sent now; null if they are still read from the audit trail */
  readonly replayed: number | null
  /** True if more were given up */
  readonly more: boolean
}

/** One of the fields, or none to send everything again that was given up */
export interface WebhookReplayBody {
  /** Send everything again that happened since then, as far as the audit trail goes back */
  readonly since?: string
  /** Send only this event again, which was given up */
  readonly event_id?: string
}

/** The new secret of a webhook */
export interface WebhookSecret {
  /** The secret that signs the events (Standard Webhooks) */
  readonly secret: string
}

/** How long receivers may still use the secret before */
export interface WebhookSecretBody {
  /** How long the secret before signs too, in seconds; 86400 by default. 0 if it may have leaked */
  readonly overlap_seconds?: number
}

/** With `proof_of_work_required`: what to solve before the call is repeated */
export interface WorkChallenge {
  /** The hash function */
  readonly algorithm: 'SHA-256'
  /** The text to hash, before a colon and a counter */
  readonly challenge: string
  /** With how many zero bits the hash must begin */
  readonly difficulty: number
  /** How long a solution is accepted, in seconds */
  readonly expires_in: number
}

export interface CountUsersQuery {
  /** The beginning of a username, an email address, a phone number or a name, or of a word in a name */
  readonly q?: string
  /** Only accounts that have this role */
  readonly role?: string
  /** Only accounts with this status */
  readonly status?: 'pending' | 'active' | 'suspended' | 'deleted'
  /** The accounts of people (default), or those of programs */
  readonly kind?: 'person' | 'service'
  /** Only the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7` */
  readonly external_id?: string
  /** Only accounts that have confirmed a contact, or only those that have not */
  readonly verified?: boolean
}

export interface DeleteUserQuery {
  /** With `true`, everything is erased at once, and no one can restore the account */
  readonly immediately?: boolean
}

export interface ExportMeQuery {
  /** If absent, `Accept: application/zip` requests the archive, and anything else JSON */
  readonly format?: 'json' | 'zip'
}

export interface ExportUsersQuery {
  /** The beginning of a username, an email address, a phone number or a name, or of a word in a name */
  readonly q?: string
  /** Only accounts that have this role */
  readonly role?: string
  /** Only accounts with this status */
  readonly status?: 'pending' | 'active' | 'suspended' | 'deleted'
  /** The accounts of people (default), or those of programs */
  readonly kind?: 'person' | 'service'
  /** Only the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7` */
  readonly external_id?: string
  /** Only accounts that have confirmed a contact, or only those that have not */
  readonly verified?: boolean
}

export interface GetAvailabilityQuery {
  /** 3 to 50 letters and digits of one script, `.`, `_` and `-` */
  readonly username?: string
  /** An email address, such as `amina@example.com` */
  readonly email?: string
  /** In international form, or in national form of the default region */
  readonly phone_number?: string
}

export interface GetProfileImageQuery {
  /** The width and height in pixels; 256 by default */
  readonly size?: '64' | '256' | '512'
  /** `webp` by default */
  readonly format?: 'webp' | 'jpeg'
}

export interface GetStatisticsQuery {
  /** The steps of the figures: `day` (default) or `hour` */
  readonly interval?: 'hour' | 'day'
  /** Where the range begins, rounded down to a whole interval; 30 days before its end by default */
  readonly from?: string
  /** Where the range ends, rounded up to a whole interval; now by default */
  readonly to?: string
}

export interface ListAuditEventsQuery {
  /** The maximum number of items on the page, 1 to 100; 20 by default */
  readonly limit?: number
  /** Only events about this account */
  readonly account_id?: string
  /** Only events about the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7` */
  readonly external_id?: string
  /** Only events whose caller was this account */
  readonly actor_id?: string
  /** Only events of this action */
  readonly action?: 'registration' | 'import' | 'service_account_creation' | 'service_account_change' | 'sign_in' | 'sign_in_code_request' | 'second_factor_code_request' | 'sign_in_anomaly' | 'sign_in_report' | 'client_sign_in' | 'application_sign_in' | 'client_creation' | 'client_change' | 'client_deletion' | 'client_secret_creation' | 'client_secret_deletion' | 'token_revocation' | 'sign_out' | 'reauthentication' | 'session_end' | 'other_sessions_end' | 'all_sessions_end' | 'session_expiry' | 'session_displacement' | 'refresh_reuse' | 'password_rehash' | 'password_change' | 'secret_renewal' | 'username_change' | 'device_trust' | 'device_trust_end' | 'factor_addition' | 'factor_change' | 'factor_removal' | 'factor_reset' | 'factor_recovery_request' | 'factor_recovery' | 'factor_recovery_cancellation' | 'recovery_codes_renewal' | 'consent_grant' | 'consent_revocation' | 'linked_account_addition' | 'linked_account_removal' | 'api_key_creation' | 'api_key_rotation' | 'api_key_change' | 'api_key_revocation' | 'api_key_expiry' | 'api_key_use' | 'verification_request' | 'verification' | 'contact_change_request' | 'contact_change' | 'contact_change_undo' | 'contact_change_cancellation' | 'recovery_request' | 'recovery_verification' | 'recovery' | 'recovery_cancellation' | 'role_assignment' | 'role_creation' | 'role_change' | 'role_deletion' | 'suspension' | 'activation' | 'deletion' | 'picture_change' | 'picture_deletion' | 'restoration' | 'erasure' | 'export' | 'invitation' | 'invitation_acceptance' | 'user_change' | 'user_export' | 'user_job' | 'merge' | 'key_rotation' | 'key_retirement' | 'secret_rotation' | 'webhook_creation' | 'webhook_change' | 'webhook_deletion' | 'webhook_secret_rotation' | 'webhook_replay' | 'message_retry' | 'impersonation_start' | 'impersonation_end' | 'request_refusal'
  /** Only events with this outcome */
  readonly outcome?: 'success' | 'failure' | 'limited' | 'repeated'
  /** Only events that were refused for this reason */
  readonly reason?: string
  /** Only events from this address */
  readonly ip_address?: string
  /** Only events of this request, which `x-request-id` and the problem name */
  readonly request_id?: string
  /** Only events at this time or later */
  readonly from?: string
  /** Only events before this time */
  readonly to?: string
}

export interface ListMessagesQuery {
  /** The maximum number of items on the page, 1 to 100; 20 by default */
  readonly limit?: number
  /** Only messages in this state */
  readonly state?: 'waiting' | 'sent' | 'given_up'
  /** Only messages that are sent like this */
  readonly channel?: 'mail' | 'sms'
  /** Only messages to the owner of this account */
  readonly user_id?: string
}

export interface ListUserJobItemsQuery {
  /** The maximum number of items on the page, 1 to 100; 20 by default */
  readonly limit?: number
  /** Only accounts that are done, or only those skipped */
  readonly outcome?: 'done' | 'skipped'
}

export interface ListUsersQuery {
  /** The maximum number of items on the page, 1 to 100; 20 by default */
  readonly limit?: number
  /** The beginning of a username, an email address, a phone number or a name, or of a word in a name */
  readonly q?: string
  /** Only accounts that have this role */
  readonly role?: string
  /** Only accounts with this status */
  readonly status?: 'pending' | 'active' | 'suspended' | 'deleted'
  /** The accounts of people (default), or those of programs */
  readonly kind?: 'person' | 'service'
  /** Only the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7` */
  readonly external_id?: string
  /** Only accounts that have confirmed a contact, or only those that have not */
  readonly verified?: boolean
  /** By the time of creation: `created_at` from the oldest, `-created_at` from the newest (default) */
  readonly sort?: 'created_at' | '-created_at'
}

export interface ListWebhookDeliveriesQuery {
  /** The maximum number of items on the page, 1 to 100; 20 by default */
  readonly limit?: number
  /** Only deliveries with this status */
  readonly status?: 'waiting' | 'delivered' | 'dead'
}
