import type { Form } from '../../../platform/kernel/form.ts'
import { deviceCodeGrant, tokenExchangeGrant } from '../../authorization/clients/model.ts'
import type { ReadFields } from './model.ts'

/**
 * Refuses what the tables can hold and the server does not do yet. Otherwise an administrator would believe that tokens are
 * bound to a key, or that an application learns of a sign-out.
 */
export function refuseUnsupported(form: Form, fields: ReadFields): void {
  const { backchannelLogoutUri, bindsTokensToKey, grantTypes, idTokenAlgorithm } = fields
  const refuse = (pointer: string, what: string) =>
    form.refuse(pointer, 'not_supported', `This version does not support ${what}. Leave it out.`)
  if (grantTypes.includes(deviceCodeGrant)) refuse('/grant_types', 'the grant of devices')
  if (grantTypes.includes(tokenExchangeGrant)) refuse('/grant_types', 'the exchange of tokens')
  if (idTokenAlgorithm !== 'ES256') refuse('/id_token_signed_response_alg', 'RS256')
  if (bindsTokensToKey) refuse('/dpop_bound_access_tokens', 'tokens that are bound to a key')
  if (backchannelLogoutUri !== null) refuse('/backchannel_logout_uri', 'reports of sign-outs')
}
