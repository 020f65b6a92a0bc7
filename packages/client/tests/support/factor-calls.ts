import type { Proxima } from '../../src/index.ts'

const id = '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'
const passkey = { id: 'x', rawId: 'x', type: 'public-key', clientExtensionResults: {} } as const
const assertion = {
  ...passkey,
  response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' },
}
const newPasskey = { ...passkey, response: { clientDataJSON: 'x', attestationObject: 'x' } }

/** The methods for second factors, passkeys and trusted devices. */
export const factorCalls: Readonly<Record<string, (proxima: Proxima) => unknown>> = {
  finishSignIn: ({ auth }) => auth.finishSignIn({ challenge: 'pxm_x', factor: 'totp', code: '123456' }),
  reauthenticate: ({ me }) => me.reauthenticate({ factor: 'totp', code: '123456' }),
  startPasskeyReauthentication: ({ me }) => me.startPasskeyReauthentication(),
  startPasskeyFactor: ({ auth }) => auth.startPasskeyFactor({ challenge: 'pxm_x' }),
  reportLostFactor: ({ auth }) => auth.reportLostFactor({ challenge: 'pxm_x' }),
  recoverFactor: ({ auth }) => auth.recoverFactor({ challenge: 'pxm_x', code: '123456' }),
  sendSecondFactorCode: ({ auth }) => auth.sendSecondFactorCode({ challenge: 'pxm_x', factor: 'email' }),
  startPasskeyLogin: ({ auth }) => auth.startPasskeyLogin({ identifier: 'amina' }),
  loginWithPasskey: ({ auth }) => auth.loginWithPasskey({ flow: 'pxw_x', response: assertion }),
  registerWithPasskey: ({ auth }) => auth.registerWithPasskey({ flow: 'pxw_x', response: newPasskey }),
  startMyPasskey: ({ me }) => me.factors.startPasskey(),
  addMyPasskey: ({ me }) => me.factors.addPasskey({ flow: 'pxw_x', response: newPasskey }),
  listMyTrustedDevices: ({ me }) => me.trustedDevices.list(),
  removeMyTrustedDevice: ({ me }) => me.trustedDevices.remove(id),
  removeMyTrustedDevices: ({ me }) => me.trustedDevices.removeAll(),
  listMyFactors: ({ me }) => me.factors.list(),
}
