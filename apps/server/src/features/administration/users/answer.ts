/** As many changes as an administrator makes by hand, and a program for a team. Jobs are for more. */
export const changesLimit = { name: 'user-changes', quota: 1_000, windowSeconds: 300 }
