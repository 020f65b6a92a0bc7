/** Stable, because scripts rely on them. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notFound: 3 } as const
