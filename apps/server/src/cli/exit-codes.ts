/** What scripts may rely on. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notFound: 3 } as const
