import type {
  ApiKey,
  CountUsersQuery,
  CreatedUser,
  CreateUserBody,
  CreateUserJobBody,
  DeleteUserQuery,
  Erasure,
  ExportUsersQuery,
  Factors,
  Impersonation,
  ImpersonationBody,
  ListUserJobItemsQuery,
  ListUsersQuery,
  ManagedUser,
  ManagedUserDetails,
  Merge,
  MergeBody,
  PatchUserBody,
  Receipt,
  ResetFactorsBody,
  Session,
  StartedByAdministrator,
  StartedFactorRecovery,
  StartVerificationBody,
  SuspendBody,
  User,
  UserCount,
  UserJob,
  UserJobItem,
  UserRolesBody,
} from '../api-types.data.ts'
import type { Call } from '../caller.ts'
import { type ListQuery, listOf } from '../list.ts'
import { type CallOptions, type CreateOptions, path } from '../request.ts'

/** The accounts of others, for administrators. */
export function usersApi(call: Call) {
  return {
    /** Searches. Needs `users:read`. */
    list: (query?: ListUsersQuery, options?: CallOptions) =>
      listOf<ManagedUser>(call, '/v1/users', query, options),
    /** Counts, at most ten thousand. Needs `users:read`. */
    count: (query?: CountUsersQuery, options?: CallOptions) =>
      call<UserCount>('GET', '/v1/users/count', { ...options, query: { ...query } }),
    /** Creates or invites a user. Needs `users:write`. */
    create: (body: CreateUserBody, options?: CreateOptions) =>
      call<CreatedUser>('POST', '/v1/users', { ...options, body, takesKey: true }),
    /** Shows a user. Needs `users:read`. */
    get: (id: string, options?: CallOptions) =>
      call<ManagedUserDetails>('GET', path`/v1/users/${id}`, options),
    /** Changes a user. Needs `users:write`. */
    update: (id: string, body: PatchUserBody, options?: CallOptions) =>
      call<ManagedUserDetails>('PATCH', path`/v1/users/${id}`, { ...options, body }),
    /** Deletes a user, after the grace period or at once. Needs `users:delete`. */
    delete: (id: string, query?: DeleteUserQuery, options?: CallOptions) =>
      call<Receipt | Erasure>('DELETE', path`/v1/users/${id}`, { ...options, query }),
    /** Restores a deleted user within the grace period. Needs `users:delete`. */
    restore: (id: string, options?: CallOptions) =>
      call<ManagedUser>('POST', path`/v1/users/${id}/restoration`, options),
    /** Suspends a user. Needs `users:write`. */
    suspend: (id: string, body: SuspendBody, options?: CallOptions) =>
      call<ManagedUser>('POST', path`/v1/users/${id}/suspension`, { ...options, body }),
    /** Lifts the suspension of a user. Needs `users:write`. */
    liftSuspension: (id: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/users/${id}/suspension`, options),
    /** Gives an account its roles, and takes all others away. Needs `roles:write`. */
    setRoles: (id: string, body: UserRolesBody, options?: CallOptions) =>
      call<User>('PUT', path`/v1/users/${id}/roles`, { ...options, body }),
    /** Sees the account as its owner does, for a few minutes. Needs `users:impersonate`. */
    impersonate: (id: string, body: ImpersonationBody, options?: CallOptions) =>
      call<Impersonation>('POST', path`/v1/users/${id}/impersonation`, { ...options, body }),
    /** Merges the account of `source_id` into this one. Needs `users:delete`. */
    merge: (id: string, body: MergeBody, options?: CallOptions) =>
      call<Merge>('POST', path`/v1/users/${id}/merge`, { ...options, body }),
    /** Exports users as CSV. Needs `users:export`. */
    exportCsv: (query?: ExportUsersQuery, options?: CallOptions) =>
      call<Blob>('GET', '/v1/users/export', { ...options, query, answer: 'blob' }),
    ...messagesToUsers(call),
    ...credentialsOfUsers(call),
  }
}

function messagesToUsers(call: Call) {
  return {
    /** Sends the user a code to set a new password. Needs `users:write`. */
    startRecovery: (id: string, options?: CallOptions) =>
      call<StartedByAdministrator>('POST', path`/v1/users/${id}/recovery`, options),
    /** Asks the user to confirm a contact. Needs `users:write`. */
    startVerification: (id: string, body: StartVerificationBody, options?: CallOptions) =>
      call<StartedByAdministrator>('POST', path`/v1/users/${id}/verification`, { ...options, body }),
    /** Sends another invitation. Needs `users:write`. */
    invite: (id: string, options?: CallOptions) =>
      call<StartedByAdministrator>('POST', path`/v1/users/${id}/invitation`, options),
  }
}

function credentialsOfUsers(call: Call) {
  return {
    /** Lists the sessions of a user, newest first. Needs `users:read`. */
    sessions: (id: string, query?: ListQuery, options?: CallOptions) =>
      listOf<Session>(call, path`/v1/users/${id}/sessions`, query, options),
    /** Ends all sessions of a user. Needs `users:write`. */
    endSessions: (id: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/users/${id}/sessions`, options),
    /** Ends one session of a user. Needs `users:write`. */
    endSession: (id: string, session: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/users/${id}/sessions/${session}`, options),
    /** Lists the second factors of a user. Needs `users:read`. */
    factors: (id: string, options?: CallOptions) =>
      call<Factors>('GET', path`/v1/users/${id}/factors`, options),
    /** Removes all second factors of a user who has lost them. Needs `users:reset-factors`. */
    resetFactors: (id: string, body: ResetFactorsBody, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/users/${id}/factors`, { ...options, body }),
    /** Starts the recovery of a second factor, which only the user can finish. Needs `users:reset-factors`. */
    startFactorRecovery: (id: string, body: ResetFactorsBody, options?: CallOptions) =>
      call<StartedFactorRecovery>('POST', path`/v1/users/${id}/factors/recovery`, { ...options, body }),
    /** Lists the API keys of a user, newest first. Needs `users:read`. */
    apiKeys: (id: string, query?: ListQuery, options?: CallOptions) =>
      listOf<ApiKey>(call, path`/v1/users/${id}/api-keys`, query, options),
    /** Revokes an API key of a user. Needs `users:write`. */
    revokeApiKey: (id: string, keyId: string, options?: CallOptions) =>
      call<void>('DELETE', path`/v1/users/${id}/api-keys/${keyId}`, options),
  }
}

/** One action on many accounts. Needs `users:write`. */
export function userJobsApi(call: Call) {
  return {
    /** Starts a job. */
    create: (body: CreateUserJobBody, options?: CreateOptions) =>
      call<UserJob>('POST', '/v1/user-jobs', { ...options, body, takesKey: true }),
    /** Shows the progress of a job. */
    get: (id: string, options?: CallOptions) => call<UserJob>('GET', path`/v1/user-jobs/${id}`, options),
    /** Shows what became of each account. */
    items: (id: string, query?: ListUserJobItemsQuery, options?: CallOptions) =>
      listOf<UserJobItem>(call, path`/v1/user-jobs/${id}/items`, query, options),
  }
}
