import type { ListAuditEventsQuery, TrailEvent } from '@proxima/client'
import type { IconName } from '../kit/icon.tsx'
import { wordsOf } from '../kit/words.ts'

type Action = NonNullable<ListAuditEventsQuery['action']>

/** What happened, in words. */
const texts: Readonly<Record<Action, string>> = {
  registration: 'Account made',
  import: 'Account imported',
  service_account_creation: 'Service account made',
  service_account_change: 'Service account changed',
  sign_in: 'Signed in',
  sign_in_code_request: 'Code to sign in sent',
  device_trust: 'Device trusted',
  device_trust_end: 'Device no longer trusted',
  second_factor_code_request: 'Code as the second factor sent',
  sign_in_anomaly: 'Unusual number of wrong passwords',
  client_sign_in: 'Client signed in',
  application_sign_in: 'Signed in to an application',
  client_creation: 'Client made',
  client_change: 'Client changed',
  client_deletion: 'Client deleted',
  client_secret_creation: 'Client secret added',
  client_secret_deletion: 'Client secret deleted',
  sign_in_report: 'Sign-in reported as not their own',
  token_revocation: 'Token revoked',
  sign_out: 'Signed out',
  reauthentication: 'Confirmed again who they are',
  session_end: 'Session ended',
  other_sessions_end: 'Other sessions ended',
  all_sessions_end: 'All sessions ended',
  session_expiry: 'Session expired',
  session_displacement: 'Oldest session ended for a new one',
  refresh_reuse: 'Refresh token used twice',
  password_rehash: 'Password stored with a newer method',
  password_change: 'Password changed',
  secret_renewal: 'Account secret renewed',
  username_change: 'Username changed',
  factor_addition: 'Second factor added',
  linked_account_addition: 'Account of a provider connected',
  linked_account_removal: 'Account of a provider disconnected',
  factor_change: 'Second factor renamed',
  factor_removal: 'Second factor removed',
  factor_reset: 'Second factors reset',
  factor_recovery_request: 'Recovery of second factors started',
  factor_recovery: 'Lost second factors removed',
  factor_recovery_cancellation: 'Recovery of second factors cancelled',
  recovery_codes_renewal: 'Recovery codes made again',
  consent_grant: 'Application allowed',
  consent_revocation: 'Application no longer allowed',
  api_key_creation: 'API key made',
  api_key_rotation: 'API key replaced',
  api_key_change: 'API key changed',
  api_key_revocation: 'API key revoked',
  api_key_expiry: 'API key expired',
  api_key_use: 'API key used',
  verification_request: 'Confirmation code sent',
  verification: 'Contact confirmed',
  contact_change_request: 'Change of a contact asked for',
  contact_change: 'Contact changed',
  contact_change_undo: 'Change of a contact undone',
  contact_change_cancellation: 'Change of a contact cancelled',
  recovery_request: 'Recovery started',
  recovery_verification: 'Recovery code entered',
  recovery: 'Account recovered',
  recovery_cancellation: 'Recovery cancelled',
  role_assignment: 'Roles changed',
  role_creation: 'Role made',
  role_change: 'Permissions of a role changed',
  role_deletion: 'Role deleted',
  suspension: 'Suspended',
  activation: 'Suspension lifted',
  deletion: 'Account deleted',
  picture_change: 'Picture changed',
  picture_deletion: 'Picture removed',
  restoration: 'Account restored',
  erasure: 'Account erased',
  export: 'Own data exported',
  invitation: 'Invited',
  invitation_acceptance: 'Invitation accepted',
  user_change: 'Profile changed by an administrator',
  user_export: 'People exported',
  user_job: 'Job for many people',
  merge: 'Accounts merged',
  key_rotation: 'Signing key replaced',
  key_retirement: 'Signing key retired',
  secret_rotation: 'Server secret replaced',
  webhook_creation: 'Webhook made',
  webhook_change: 'Webhook changed',
  webhook_deletion: 'Webhook deleted',
  webhook_secret_rotation: 'Webhook secret replaced',
  webhook_replay: 'Webhook events sent again',
  message_retry: 'Message sent again',
  impersonation_start: 'Seen as its owner',
  impersonation_end: 'No longer seen as its owner',
  request_refusal: 'Request refused',
}

/** Also asked for an action of a newer server. */
const textByAction: ReadonlyMap<string, string> = new Map(Object.entries(texts))

/** The actions that one can filter by, in words, sorted. */
export const actionOptions = Object.entries(texts)
  .map(([value, text]) => ({ value, text }))
  .sort((one, other) => one.text.localeCompare(other.text))

const outcomes: Readonly<Record<string, string>> = {
  success: 'Done',
  failure: 'Refused',
  limited: 'Too many tries',
  repeated: 'Repeated',
}

export const outcomeOptions = Object.entries(outcomes).map(([value, text]) => ({ value, text }))

type Act = Pick<TrailEvent, 'action' | 'outcome' | 'reason' | 'method'>

export function textOfEvent({ action, outcome }: Act): string {
  if (action === 'sign_in' && outcome !== 'success') return 'Sign-in refused'
  return textByAction.get(action) ?? wordsOf(action)
}

const methods: Readonly<Record<string, string>> = {
  pwd: 'Password',
  user_secret: 'Account secret',
  otp: 'Code of an app',
  email: 'Code by mail',
  sms: 'Code by text',
  mfa: 'Two factors',
  hwk: 'Passkey',
  swk: 'Passkey',
  fed: 'Other provider',
}

export function methodText(method: string): string {
  return method
    .split(' ')
    .map((each) => methods[each] ?? wordsOf(each))
    .join(', ')
}

/** What to say beside the event: why it was refused, or how it was done. */
export function detailOfEvent({ outcome, reason, method, action }: Act) {
  if (outcome === 'failure' || outcome === 'limited')
    return {
      text: reason === null ? (outcomes[outcome] ?? outcome) : wordsOf(reason),
      className: outcome === 'limited' ? 'badge badge-warn' : 'badge badge-bad',
    }
  if (outcome === 'repeated') return { text: 'Repeated', className: 'badge' }
  if (action === 'sign_in' && method !== null) return { text: methodText(method), className: 'badge' }
  return null
}

/** A picture of the kind of event, and its colour. */
export function markOfEvent({ action, outcome }: Act): {
  readonly icon: IconName
  readonly className: string
} {
  if (outcome === 'limited') return { icon: 'warning', className: 'disc disc-warn' }
  if (outcome === 'failure') return { icon: 'alert', className: 'disc disc-bad' }
  if (action === 'sign_in') return { icon: 'key', className: 'disc disc-ok' }
  const icons: readonly (readonly [RegExp, IconName])[] = [
    [/role/, 'roles'],
    [/session|sign_out|token/, 'device'],
    [/password|secret|key/, 'key'],
    [/contact|verification|recovery|invitation/, 'mail'],
    [/suspension|deletion|erasure/, 'suspend'],
    [/client|webhook|service/, 'applications'],
  ]
  return { icon: icons.find(([pattern]) => pattern.test(action))?.[1] ?? 'person', className: 'disc' }
}
