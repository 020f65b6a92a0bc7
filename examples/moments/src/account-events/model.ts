const handledTypes = ['user.deleted', 'user.restored', 'user.erased'] as const

/** Something that happened to an account in Proxima, and that concerns the data here. */
export interface AccountEvent {
  readonly id: string
  readonly type: (typeof handledTypes)[number]
  readonly userId: string
}

/** Null for an event that does not concern this service. @param event its signature has been checked */
export function readAccountEvent(event: unknown): AccountEvent | null {
  const { id, type, data } = (event ?? {}) as { id?: unknown; type?: unknown; data?: { user_id?: unknown } }
  const handledType = handledTypes.find((handled) => handled === type)
  if (typeof id !== 'string' || handledType === undefined || typeof data?.user_id !== 'string') return null
  return { id, type: handledType, userId: data.user_id }
}
