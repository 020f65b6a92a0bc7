import type {
  ConfirmationBody,
  Consent,
  ContactConfirmationBody,
  DeleteMeBody,
  EmailBody,
  Export,
  GetProfileImageQuery,
  LinkedAccounts,
  Me,
  PasskeyOptions,
  PasswordBody,
  PatchMeBody,
  PatchProfileBody,
  Permissions,
  PhoneNumberBody,
  Picture,
  Profile,
  ReauthenticationBody,
  Receipt,
  RequestedCode,
  SecretBody,
  Session,
  TrustedDevices,
  User,
  UsernameBody,
  UserSecret,
  VerificationBody,
} from '../api-types.data.ts'
import type { Call } from '../caller.ts'
import type { Credentials } from '../credentials.ts'
import { type ListQuery, listOf } from '../list.ts'
import { type CallOptions, type CreateOptions, type FileContent, path } from '../request.ts'
import { keysApi } from './api-keys.ts'
import { factorsApi } from './factors.ts'

/** The account that is signed in. */
export function meApi(call: Call, credentials: Credentials) {
  return {
    /** Shows the account. */
    get: (options?: CallOptions) => call<Me>('GET', '/v1/me', options),
    /** Lists what the caller may do with data of others. */
    permissions: (options?: CallOptions) => call<Permissions>('GET', '/v1/me/permissions', options),
    /** Stops seeing an account as its owner does. */
    stopImpersonation: (options?: CallOptions) => call<void>('DELETE', '/v1/me/impersonation', options),
    /** Changes the names, the address, the national id or the locale. */
    update: (body: PatchMeBody, options?: CallOptions) => call<Me>('PATCH', '/v1/me', { ...options, body }),
    /** Deletes the account, and signs out. */
    delete: async (body: DeleteMeBody, options?: CallOptions): Promise<Receipt> => {
      const receipt = await call<Receipt>('DELETE', '/v1/me', { ...options, body })
      await credentials.forget()
      return receipt
    },
    ...ownCredentials(call),
    ...ownContacts(call),
    /** Exports all data about the account. */
    export: (options?: CallOptions) => call<Export>('GET', '/v1/me/export', options),
    /** Exports all data about the account, with the picture, as a ZIP file. */
    exportZip: (options?: CallOptions) =>
      call<Blob>('GET', '/v1/me/export', { ...options, query: { format: 'zip' }, answer: 'blob' }),
    profile: profileApi(call),
    factors: factorsApi(call),
    sessions: ownSessions(call),
    trustedDevices: ownTrustedDevices(call),
    apiKeys: keysApi(call, '/v1/me/api-keys'),
    consents: ownConsents(call),
    linkedAccounts: ownLinkedAccounts(call),
  }
}

function ownConsents(call: Call) {
  return {
    /** Lists the clients that the caller has allowed something. */
    list: (query?: ListQuery, options?: CallOptions) =>
      listOf<Consent>(call, '/v1/me/consents', query, options),
    /** Takes back what the caller has allowed a client. Its sessions and tokens end. */
    revoke: (clientId: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/me/consents/${clientId}`, options),
  }
}

function ownLinkedAccounts(call: Call) {
  return {
    /** Lists the accounts at other providers with which the caller can sign in. */
    list: (options?: CallOptions) => call<LinkedAccounts>('GET', '/v1/me/linked-accounts', options),
    /** Disconnects one. */
    remove: (id: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/me/linked-accounts/${id}`, options),
  }
}

function ownCredentials(call: Call) {
  return {
    /** Makes the session fresh again, with the password, the user secret or a second factor. */
    reauthenticate: (body: ReauthenticationBody, options?: CallOptions) =>
      call<void>('POST', '/v1/me/reauthentication', { ...options, body }),
    /** Begins to make the session fresh with a passkey. Hand the options to `navigator.credentials.get`. */
    startPasskeyReauthentication: (options?: CallOptions) =>
      call<PasskeyOptions>('POST', '/v1/me/reauthentication/passkey', options),
    /** Changes or sets the password. This ends every refresh token, so sign in again with the new password. */
    changePassword: (body: PasswordBody, options?: CallOptions) =>
      call<void>('PUT', '/v1/me/password', { ...options, body }),
    /** Gets a new user secret. This ends every refresh token. */
    renewSecret: (body?: SecretBody, options?: CreateOptions) =>
      call<UserSecret>('POST', '/v1/me/secret', { ...options, body, takesKey: true }),
    /** Changes the username. */
    changeUsername: (body: UsernameBody, options?: CallOptions) =>
      call<User>('PUT', '/v1/me/username', { ...options, body }),
  }
}

function ownContacts(call: Call) {
  return {
    /** Asks for a code at a new email address. */
    changeEmail: (body: EmailBody, options?: CallOptions) =>
      call<RequestedCode>('PUT', '/v1/me/email', { ...options, body }),
    /** Confirms the new email address with the code. */
    confirmEmail: (body: ContactConfirmationBody, options?: CallOptions) =>
      call<User>('POST', '/v1/me/email/confirm', { ...options, body }),
    /** Asks for a code at a new phone number. */
    changePhoneNumber: (body: PhoneNumberBody, options?: CallOptions) =>
      call<RequestedCode>('PUT', '/v1/me/phone-number', { ...options, body }),
    /** Confirms the new phone number with the code. */
    confirmPhoneNumber: (body: ContactConfirmationBody, options?: CallOptions) =>
      call<User>('POST', '/v1/me/phone-number/confirm', { ...options, body }),
    /** Asks for a code to confirm the present email address or phone number. */
    requestVerification: (body: VerificationBody, options?: CallOptions) =>
      call<RequestedCode>('POST', '/v1/me/verification', { ...options, body }),
    /** Confirms the present email address or phone number with the code. */
    confirmVerification: (body: ConfirmationBody, options?: CallOptions) =>
      call<User>('POST', '/v1/me/verification/confirm', { ...options, body }),
  }
}

function profileApi(call: Call) {
  const image = '/v1/me/profile/image'
  return {
    /** Shows the profile. */
    get: (options?: CallOptions) => call<Profile>('GET', '/v1/me/profile', options),
    /** Changes what the body names, and leaves the rest. */
    update: (body: PatchProfileBody, options?: CallOptions) =>
      call<Profile>('PATCH', '/v1/me/profile', { ...options, body }),
    /** Reads the picture, or a placeholder. */
    image: (query?: GetProfileImageQuery, options?: CallOptions) =>
      call<Blob>('GET', image, { ...options, query, answer: 'blob' }),
    /** Sets the picture: JPEG, PNG, WebP, AVIF or GIF. */
    setImage: (content: FileContent, options?: CallOptions) =>
      call<Picture>('PUT', image, { ...options, content }),
    /** Deletes the picture. */
    deleteImage: (options?: CallOptions) => call<void>('DELETE', image, options),
  }
}

function ownTrustedDevices(call: Call) {
  return {
    /** Lists the devices that need no second factor for a while, newest first. */
    list: (options?: CallOptions) => call<TrustedDevices>('GET', '/v1/me/trusted-devices', options),
    /** Trusts one device no longer. */
    remove: (id: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/me/trusted-devices/${id}`, options),
    /** Trusts no device any more. */
    removeAll: (options?: CallOptions) => call<void>('DELETE', '/v1/me/trusted-devices', options),
  }
}

function ownSessions(call: Call) {
  return {
    /** Lists the sessions, newest first. */
    list: (query?: ListQuery, options?: CallOptions) =>
      listOf<Session>(call, '/v1/me/sessions', query, options),
    /** Ends one session. */
    end: (id: string, options?: CallOptions) => call<void>('DELETE', path`/v1/me/sessions/${id}`, options),
    /** Ends all other sessions. */
    endOthers: (options?: CallOptions) => call<void>('DELETE', '/v1/me/sessions', options),
  }
}
