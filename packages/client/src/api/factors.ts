import type {
  AddedFactor,
  AddedPasskey,
  AddPasskeyBody,
  Factor,
  FactorPatchBody,
  Factors,
  NewPasskeyOptions,
  RecoveryCodes,
  TotpConfirmBody,
  TotpEnrolment,
} from '../api-types.data.ts'
import type { Call } from '../caller.ts'
import { type CallOptions, type CreateOptions, path } from '../request.ts'

/** The second factors of the account. A change needs a recent sign-in, and a recent second factor if there is one. */
export function factorsApi(call: Call) {
  return {
    /** Lists the second factors, and counts the recovery codes. */
    list: (options?: CallOptions) => call<Factors>('GET', '/v1/me/factors', options),
    /** Begins to add an authenticator app. The answer shows its secret this once. */
    startTotp: (options?: CallOptions) => call<TotpEnrolment>('POST', '/v1/me/factors/totp', options),
    /** Adds the authenticator app. With the first factor, the answer shows the recovery codes this once. */
    confirmTotp: (body: TotpConfirmBody, options?: CallOptions) =>
      call<AddedFactor>('POST', '/v1/me/factors/totp/confirm', { ...options, body }),
    /** Begins to add a passkey. Hand the options to `navigator.credentials.create`. */
    startPasskey: (options?: CallOptions) =>
      call<NewPasskeyOptions>('POST', '/v1/me/factors/passkeys/options', options),
    /** Adds the passkey with the answer of the browser. With the first factor, the answer shows the recovery codes this once. */
    addPasskey: (body: AddPasskeyBody, options?: CreateOptions) =>
      call<AddedPasskey>('POST', '/v1/me/factors/passkeys', { ...options, body, takesKey: true }),
    /** Renames a factor. */
    update: (id: string, body: FactorPatchBody, options?: CallOptions) =>
      call<Factor>('PATCH', path`/v1/me/factors/${id}`, { ...options, body }),
    /** Removes a factor. */
    remove: (id: string, options?: CallOptions) => call<void>('DELETE', path`/v1/me/factors/${id}`, options),
    /** Replaces the recovery codes. The answer shows the new ones this once. */
    replaceRecoveryCodes: (options?: CallOptions) =>
      call<RecoveryCodes>('POST', '/v1/me/recovery-codes', options),
  }
}
