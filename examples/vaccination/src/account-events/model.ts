/**
 * After `user.deleted`, the user cannot sign in. After `user.erased`, they cannot come back either. The second also
 * reaches data that a call wrote while the first was handled.
 */
const handledTypes: readonly unknown[] = ['user.deleted', 'user.erased']

/** The account of a user has been deleted in Proxima. */
export interface AccountDeleted {
  readonly eventId: string
  readonly accountId: string
}

/** Null for an event that does not concern this service. @param event its signature has been checked */
export function readAccountDeleted(event: unknown): AccountDeleted | null {
  const { id, type, data } = (event ?? {}) as { id?: unknown; type?: unknown; data?: { user_id?: unknown } }
  if (!handledTypes.includes(type) || typeof id !== 'string' || typeof data?.user_id !== 'string') return null
  return { eventId: id, accountId: data.user_id }
}
