/** Where a server can be reached, and whether its database was there at the start. */
export interface Serving {
  readonly url: string
  readonly isReady: boolean
}

/** What a worker tells its primary. */
export type WorkerMessage =
  | { readonly proxima: 'serving'; readonly serving: Serving }
  | { readonly proxima: 'metrics' }

/** What the primary tells a worker; the figures of all, or null where a worker did not give its own in time. */
export type PrimaryMessage =
  | { readonly proxima: 'stop' }
  | { readonly proxima: 'metrics'; readonly text: string | null }
