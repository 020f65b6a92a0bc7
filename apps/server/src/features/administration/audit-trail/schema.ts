import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import { PageQuery } from '../../../platform/http/paging.ts'
import { timeOf } from '../../../platform/http/time-parameter.ts'
import { canonicalAddress } from '../../../platform/kernel/addresses.ts'
import { Form } from '../../../platform/kernel/form.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { auditActions, auditOutcomes, type RecordedEvent } from '../../safeguards/audit/model.ts'
import { ChangesView } from '../../safeguards/audit/schema.ts'
import { parseExternalId } from '../../users/external-ids/model.ts'
import { ExternalIdParameter } from '../../users/external-ids/schema.ts'
import type { TrailFilter } from './model.ts'

const filters = {
  account_id: Uuid('Only events about this account'),
  external_id: ExternalIdParameter(
    'Only events about the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7`',
  ),
  actor_id: Uuid('Only events whose caller was this account'),
  action: Type.Enum([...auditActions], { description: 'Only events of this action' }),
  outcome: Type.Enum([...auditOutcomes], { description: 'Only events with this outcome' }),
  reason: Type.String({ maxLength: 200, description: 'Only events that were refused for this reason' }),
  ip_address: Type.String({ maxLength: 64, description: 'Only events from this address' }),
  request_id: Uuid('Only events of this request, which `x-request-id` and the problem name'),
  from: Time('Only events at this time or later'),
  to: Time('Only events before this time'),
}

export const EventsQuery = Type.Object(
  { ...PageQuery.properties, ...Type.Partial(Type.Object(filters)).properties },
  { additionalProperties: false },
)
export type EventsQuery = Static<typeof EventsQuery>

const exampleEvent = {
  id: exampleId,
  at: exampleTime,
  action: 'role_assignment',
  outcome: 'success',
  account_id: exampleId,
  actor_id: exampleId,
  credential_id: exampleId,
  target: null,
  session_id: null,
  method: null,
  reason: null,
  request_id: exampleId,
  ip_address: '192.0.2.17',
  device: 'Firefox on Linux',
  changes: { before: { roles: ['user'] }, after: { roles: ['support', 'user'] } },
  occurrences: 1,
  block: 4_711,
}

export const AuditEventView = Type.Object(
  {
    id: Uuid('The id of the event'),
    at: Time('When it happened'),
    action: Type.String({ description: 'What happened, such as `sign_in`' }),
    outcome: Type.String({ description: 'How it ended: `success`, `failure`, `limited` or `repeated`' }),
    account_id: Nullable(Uuid('The account that it is about'), {
      description:
        'The account that it is about. A pseudonym if the account is erased; null if there is none.',
    }),
    actor_id: Nullable(Uuid('The account of the caller'), {
      description:
        'The account of the caller; null for the command line, the server, and callers who are not signed in',
    }),
    credential_id: Nullable(Uuid('The session or the key with which the caller called'), {
      description: 'The session or the key with which the caller called; null if they were not signed in',
    }),
    target: Text('What else it is about: a kind and a name, such as `role:support`'),
    session_id: Nullable(Uuid('The session that it is about; null if there is none')),
    method: Text('The authentication methods, separated by spaces; null if there are none'),
    reason: Text('The limit, the check or the policy that refused it, as a code; null if it was not refused'),
    request_id: Nullable(Uuid('The id of the request; null if there was none')),
    ip_address: Text('The address of the client; null if there is none, or if there are several'),
    device: Text('The device in words, such as "Firefox on Linux", as far as it is known'),
    changes: Nullable(ChangesView),
    occurrences: Type.Integer({ description: 'How often it happened: more than once for many refusals' }),
    block: Nullable(Type.Integer({ description: 'The block of the chain that seals it' }), {
      description: 'The block of the chain that seals it; null for about a second',
    }),
  },
  { title: 'TrailEvent', description: 'An event of the audit trail', examples: [exampleEvent] },
)
type AuditEventView = Static<typeof AuditEventView>

export const EventParams = Type.Object({ id: Type.String({ description: 'The id of the event' }) })

export const EventsView = Page(AuditEventView, {
  title: 'TrailEventPage',
  description: 'A page of the audit trail, newest first',
  examples: [{ data: [exampleEvent], next_cursor: null }],
})

/** @throws `validation_failed` */
export function filterOf(query: EventsQuery): TrailFilter {
  const { account_id, actor_id, action, outcome, reason, ip_address, request_id, from, to } = query
  const form = new Form()
  const externalId = form.read('/external_id', query.external_id, parseExternalId)
  form.finish()
  return {
    accountId: idOf<AccountId>(account_id),
    externalId,
    actorId: idOf<AccountId>(actor_id),
    action: action ?? null,
    outcome: outcome ?? null,
    reason: reason ?? null,
    ipAddress: ip_address === undefined ? null : canonicalAddress(ip_address),
    requestId: idOf(request_id),
    from: timeOf(from, '/from'),
    to: timeOf(to, '/to'),
  }
}

function idOf<T extends string>(text: string | undefined): T | null {
  return text === undefined ? null : (text.toLowerCase() as T)
}

export function eventView(event: RecordedEvent): AuditEventView {
  return {
    id: event.id,
    at: event.at.toISOString(),
    action: event.action,
    outcome: event.outcome,
    account_id: event.accountId,
    actor_id: event.actorId,
    credential_id: event.credentialId,
    target: event.target,
    session_id: event.sessionId,
    method: event.method,
    reason: event.reason,
    request_id: event.requestId,
    ip_address: event.ipAddress,
    device: event.device,
    changes: event.changes && { before: { ...event.changes.before }, after: { ...event.changes.after } },
    occurrences: event.occurrences,
    block: event.block,
  }
}
