import type {
  Availability,
  ConfirmRegistrationBody,
  Deletion,
  FactorRecoveryBody,
  GetAvailabilityQuery,
  Login,
  LoginBody,
  LostFactor,
  LostFactorBody,
  MfaBody,
  MfaPasskeyBody,
  MfaSendBody,
  NewPasskeyOptions,
  PasskeyBody,
  PasskeyOptions,
  PasskeyOptionsBody,
  PasskeySignInOptions,
  PendingRegistration,
  Providers,
  RecoveredSecret,
  RecoveryBody,
  RecoveryRequested,
  RecoveryResetBody,
  RecoveryToken,
  RecoveryVerifyBody,
  RegisterBody,
  RegisteredUser,
  RegisterPasskeyBody,
  RestoreBody,
  SecondFactorCodeSent,
  SignInCodeBody,
  SignInCodeConfirmBody,
  SignInCodeRequested,
  TokenBody,
  UserWithPasskey,
} from '../api-types.data.ts'
import type { Call } from '../caller.ts'
import type { Credentials } from '../credentials.ts'
import { type CallOptions, type CreateOptions, path } from '../request.ts'

/** The client chooses the mode. */
type WithoutMode<Body> = Omit<Body, 'mode'>

/** Registering, signing in and out, and regaining access. No one needs to be signed in for these calls. */
export function authApi(call: Call, credentials: Credentials, mode: 'token' | 'cookie') {
  const signIn = (address: string, body: object, options?: CallOptions): Promise<Login> =>
    credentials.signIn({ ...options, method: 'POST', path: address, body: { ...body, mode } })
  const isPublic = true
  return {
    /** Registers an account. This does not sign in. With strict privacy, the answer is `{status: 'pending'}`. */
    register: (body: RegisterBody, options?: CreateOptions) =>
      call<RegisteredUser | PendingRegistration>('POST', '/v1/auth/register', {
        ...options,
        body,
        isPublic,
        takesKey: true,
      }),
    /** Confirms a registration with a code. */
    confirmRegistration: (body: ConfirmRegistrationBody, options?: CallOptions) =>
      call<void>('POST', '/v1/auth/registration/confirm', { ...options, body, isPublic }),
    /** Checks whether a username, email address or phone number is available. */
    availability: (query: GetAvailabilityQuery, options?: CallOptions) =>
      call<Availability>('GET', '/v1/auth/availability', { ...options, query, isPublic }),
    /** Lists the other providers with which people can sign in. */
    providers: (options?: CallOptions) =>
      call<Providers>('GET', '/v1/auth/providers', { ...options, isPublic }),
    /** Signs in with a password. */
    login: (body: WithoutMode<LoginBody>, options?: CallOptions) => signIn('/v1/auth/login', body, options),
    /** Signs in with a user secret. */
    loginWithUserSecret: (body: WithoutMode<TokenBody>, options?: CallOptions) =>
      signIn('/v1/auth/token', body, options),
    /** Asks for a code to sign in. */
    requestSignInCode: (body: SignInCodeBody, options?: CallOptions) =>
      call<SignInCodeRequested>('POST', '/v1/auth/code', { ...options, body, isPublic }),
    /** Signs in with a code. */
    signInWithCode: (body: WithoutMode<SignInCodeConfirmBody>, options?: CallOptions) =>
      signIn('/v1/auth/code/confirm', body, options),
    ...secondSteps(call, credentials),
    /** Begins to sign in with a passkey. Hand the options to `navigator.credentials.get`. */
    startPasskeyLogin: (body: PasskeyOptionsBody = {}, options?: CallOptions) =>
      call<PasskeySignInOptions>('POST', '/v1/auth/passkey/options', { ...options, body, isPublic }),
    /** Signs in with the answer of the browser. */
    loginWithPasskey: (body: WithoutMode<PasskeyBody>, options?: CallOptions) =>
      signIn('/v1/auth/passkey', body, options),
    /**
     * Registers an account with a passkey, in two calls: the fields give options for `navigator.credentials.create`; `flow`
     * and the answer of the browser give the account. Its recovery codes are shown this once.
     */
    registerWithPasskey: (body: RegisterPasskeyBody, options?: CreateOptions) =>
      call<NewPasskeyOptions | UserWithPasskey>('POST', '/v1/auth/register/passkey', {
        ...options,
        body,
        isPublic,
        takesKey: true,
      }),
    /** Restores a deleted account within the grace period, and signs in. */
    restore: (body: WithoutMode<RestoreBody>, options?: CallOptions) =>
      signIn('/v1/auth/restore', body, options),
    /**
     * Signs out, in all tabs. With tokens, the session is forgotten first, so the user is signed out here even if the
     * call fails.
     */
    logout: (options?: CallOptions) =>
      credentials.signOut({ ...options, method: 'POST', path: '/v1/auth/logout' }),
    /** Asks for a code to set a new password. */
    requestRecovery: (body: RecoveryBody, options?: CallOptions) =>
      call<RecoveryRequested>('POST', '/v1/auth/recovery', { ...options, body, isPublic }),
    /** Exchanges the code for a recovery token. */
    verifyRecovery: (body: RecoveryVerifyBody, options?: CallOptions) =>
      call<RecoveryToken>('POST', '/v1/auth/recovery/verify', { ...options, body, isPublic }),
    /** Sets a new password with a recovery token. The answer is a new user secret, if the account had one. */
    resetPassword: (body: RecoveryResetBody, options?: CallOptions) =>
      call<RecoveredSecret | undefined>('POST', '/v1/auth/recovery/reset', { ...options, body, isPublic }),
    /** Checks a deletion by its receipt. */
    deletion: (receipt: string, options?: CallOptions) =>
      call<Deletion>('GET', path`/v1/auth/deletions/${receipt}`, { ...options, isPublic }),
  }
}

/** What follows the failure `mfa_required`. */
function secondSteps(call: Call, credentials: Credentials) {
  const isPublic = true
  return {
    /** Finishes a sign-in with a second factor, after the failure `mfa_required`. */
    finishSignIn: (body: MfaBody, options?: CallOptions): Promise<Login> =>
      credentials.signIn({ ...options, method: 'POST', path: '/v1/auth/mfa', body }),
    /** Sends a code as the second factor, by email or text message, if `factors` names the contact. */
    sendSecondFactorCode: (body: MfaSendBody, options?: CallOptions) =>
      call<SecondFactorCodeSent>('POST', '/v1/auth/mfa/send', { ...options, body, isPublic }),
    /** Begins to give a passkey as the second factor. Hand the options to `navigator.credentials.get`. */
    startPasskeyFactor: (body: MfaPasskeyBody, options?: CallOptions) =>
      call<PasskeyOptions>('POST', '/v1/auth/mfa/passkey', { ...options, body, isPublic }),
    /**
     * Says that every second factor is lost. All contacts of the account are notified. After `usable_at`, the same call
     * sends a code.
     */
    reportLostFactor: (body: LostFactorBody, options?: CallOptions) =>
      call<LostFactor>('POST', '/v1/auth/mfa/lost', { ...options, body, isPublic }),
    /** Removes the lost second factors with the code, and finishes the sign-in. */
    recoverFactor: (body: FactorRecoveryBody, options?: CallOptions): Promise<Login> =>
      credentials.signIn({ ...options, method: 'POST', path: '/v1/auth/mfa/lost/confirm', body }),
  }
}
