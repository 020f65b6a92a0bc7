import { useState } from 'react'

export interface Pages {
  readonly cursor: string | null
  /** From 1. */
  readonly number: number
  readonly older: (cursor: string) => void
  readonly newer: () => void
}

/** The pages that were opened one after the other. A cursor only leads onward, so the way back is kept here. */
export function usePages(): Pages {
  const [cursors, setCursors] = useState<readonly string[]>([])
  return {
    cursor: cursors.at(-1) ?? null,
    number: cursors.length + 1,
    older: (cursor) => setCursors([...cursors, cursor]),
    newer: () => setCursors(cursors.slice(0, -1)),
  }
}
