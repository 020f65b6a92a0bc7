import type {
  Checklist,
  Client,
  ClientDetails,
  CreateClientBody,
  CreatedClient,
  Findings,
  GetStatisticsQuery,
  ListAuditEventsQuery,
  ListMessagesQuery,
  ListWebhookDeliveriesQuery,
  ManagedMessage,
  NewClientSecret,
  NewRoleBody,
  NewWebhook,
  PatchRoleBody,
  PatchWebhookBody,
  Role,
  ServiceAccount,
  ServiceAccountBody,
  Settings,
  Statistics,
  TrailEvent,
  UpdateClientBody,
  Webhook,
  WebhookBody,
  WebhookDelivery,
  WebhookPing,
  WebhookReplay,
  WebhookReplayBody,
  WebhookSecret,
  WebhookSecretBody,
} from '../api-types.data.ts'
import type { Call } from '../caller.ts'
import { type ListQuery, listOf } from '../list.ts'
import { type CallOptions, type CreateOptions, path } from '../request.ts'
import { keysApi } from './api-keys.ts'

/** Roles and their permissions. Reading needs `roles:read`, changing needs `roles:write`. */
export function rolesApi(call: Call) {
  return {
    /** Lists the roles, by name. */
    list: (query?: ListQuery, options?: CallOptions) => listOf<Role>(call, '/v1/roles', query, options),
    /** Creates a role. */
    create: (body: NewRoleBody, options?: CreateOptions) =>
      call<Role>('POST', '/v1/roles', { ...options, body, takesKey: true }),
    /** Shows a role. */
    get: (name: string, options?: CallOptions) => call<Role>('GET', path`/v1/roles/${name}`, options),
    /** Changes a role. */
    update: (name: string, body: PatchRoleBody, options?: CallOptions) =>
      call<Role>('PATCH', path`/v1/roles/${name}`, { ...options, body }),
    /** Deletes a role. */
    delete: (name: string, options?: CallOptions) => call<void>('DELETE', path`/v1/roles/${name}`, options),
  }
}

/** OAuth clients. Reading needs `clients:read`, changing needs `clients:write`. */
export function clientsApi(call: Call) {
  return {
    /** Lists the clients. */
    list: (query?: ListQuery, options?: CallOptions) => listOf<Client>(call, '/v1/clients', query, options),
    /** Creates a client. The answer shows its secret this once. */
    create: (body: CreateClientBody, options?: CreateOptions) =>
      call<CreatedClient>('POST', '/v1/clients', { ...options, body, takesKey: true }),
    /** Shows a client. */
    get: (id: string, options?: CallOptions) => call<ClientDetails>('GET', path`/v1/clients/${id}`, options),
    /** Changes a client. */
    update: (id: string, body: UpdateClientBody, options?: CallOptions) =>
      call<Client>('PATCH', path`/v1/clients/${id}`, { ...options, body }),
    /** Deletes a client. */
    delete: (id: string, options?: CallOptions) => call<void>('DELETE', path`/v1/clients/${id}`, options),
    /** Adds a secret, which the answer shows this once. */
    addSecret: (id: string, options?: CreateOptions) =>
      call<NewClientSecret>('POST', path`/v1/clients/${id}/secrets`, { ...options, takesKey: true }),
    /** Deletes a secret. */
    deleteSecret: (id: string, secretId: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/clients/${id}/secrets/${secretId}`, options),
  }
}

/** The accounts of programs. Reading needs `users:read`, changing needs `users:write`. */
export function serviceAccountsApi(call: Call) {
  return {
    /** Lists the accounts, oldest first. */
    list: (query?: ListQuery, options?: CallOptions) =>
      listOf<ServiceAccount>(call, '/v1/service-accounts', query, options),
    /** Creates an account. */
    create: (body: ServiceAccountBody, options?: CreateOptions) =>
      call<ServiceAccount>('POST', '/v1/service-accounts', { ...options, body, takesKey: true }),
    /** Shows an account. */
    get: (id: string, options?: CallOptions) =>
      call<ServiceAccount>('GET', path`/v1/service-accounts/${id}`, options),
    /** Renames an account. */
    update: (id: string, body: ServiceAccountBody, options?: CallOptions) =>
      call<ServiceAccount>('PATCH', path`/v1/service-accounts/${id}`, { ...options, body }),
    /** The API keys of an account. Needs `keys:write`. */
    apiKeys: (id: string) => keysApi(call, path`/v1/service-accounts/${id}/api-keys`),
  }
}

/** Webhooks. Reading needs `webhooks:read`, changing needs `webhooks:write`. */
export function webhooksApi(call: Call) {
  return {
    /** Lists the webhooks, newest first. */
    list: (query?: ListQuery, options?: CallOptions) => listOf<Webhook>(call, '/v1/webhooks', query, options),
    /** Creates a webhook. The answer shows its secret this once. */
    create: (body: WebhookBody, options?: CreateOptions) =>
      call<NewWebhook>('POST', '/v1/webhooks', { ...options, body, takesKey: true }),
    /** Shows a webhook. */
    get: (id: string, options?: CallOptions) => call<Webhook>('GET', path`/v1/webhooks/${id}`, options),
    /** Changes, disables or enables a webhook. */
    update: (id: string, body: PatchWebhookBody, options?: CallOptions) =>
      call<Webhook>('PATCH', path`/v1/webhooks/${id}`, { ...options, body }),
    /** Deletes a webhook. */
    delete: (id: string, options?: CallOptions) => call<void>('DELETE', path`/v1/webhooks/${id}`, options),
    /** Gets a new secret, which the answer shows this once. */
    rotateSecret: (id: string, body?: WebhookSecretBody, options?: CreateOptions) =>
      call<WebhookSecret>('POST', path`/v1/webhooks/${id}/secrets`, { ...options, body, takesKey: true }),
    /** Lists the deliveries, newest event first. */
    deliveries: (id: string, query?: ListWebhookDeliveriesQuery, options?: CallOptions) =>
      listOf<WebhookDelivery>(call, path`/v1/webhooks/${id}/deliveries`, query, options),
    /** Sends a test message. */
    ping: (id: string, options?: CallOptions) =>
      call<WebhookPing>('POST', path`/v1/webhooks/${id}/ping`, options),
    /** Sends events again. */
    replay: (id: string, body?: WebhookReplayBody, options?: CallOptions) =>
      call<WebhookReplay>('POST', path`/v1/webhooks/${id}/replay`, { ...options, body }),
  }
}

/** The figures. Needs `statistics:read`. */
export function statisticsApi(call: Call) {
  return {
    /** Shows the figures of a range of time, and of the range before it. */
    get: (query?: GetStatisticsQuery, options?: CallOptions) =>
      call<Statistics>('GET', '/v1/statistics', { ...options, query: { ...query } }),
  }
}

/** Mails and text messages. Reading needs `messages:read`, retrying needs `messages:write`. */
export function messagesApi(call: Call) {
  return {
    /** Lists the messages, newest first. */
    list: (query?: ListMessagesQuery, options?: CallOptions) =>
      listOf<ManagedMessage>(call, '/v1/messages', query, options),
    /** Sends a message again that was given up. */
    retry: (id: string, options?: CallOptions) =>
      call<ManagedMessage>('POST', path`/v1/messages/${id}/retry`, options),
  }
}

/** The server itself. Needs `settings:read`. */
export function deploymentApi(call: Call) {
  return {
    /** Lists the settings in effect. */
    settings: (options?: CallOptions) => call<Settings>('GET', '/v1/settings', options),
    /** Checks the server. */
    findings: (options?: CallOptions) => call<Findings>('GET', '/v1/findings', options),
    /** Shows what to do first with a new server. */
    checklist: (options?: CallOptions) => call<Checklist>('GET', '/v1/checklist', options),
  }
}

/** What happened. Needs `audit:read`. */
export function auditEventsApi(call: Call) {
  return {
    /** Lists the events, newest first. */
    list: (query?: ListAuditEventsQuery, options?: CallOptions) =>
      listOf<TrailEvent>(call, '/v1/audit-events', query, options),
    /** Shows an event. */
    get: (id: string, options?: CallOptions) =>
      call<TrailEvent>('GET', path`/v1/audit-events/${id}`, options),
  }
}
