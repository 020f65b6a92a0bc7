import type { guard } from '@proxima/guard/express'

/** The guard, which knows who calls. */
export type Accounts = ReturnType<typeof guard>
