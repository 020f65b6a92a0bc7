/**
 * The parts of the peers that the programs here use, so that types can be checked without installing the peers. Only a
 * measurement needs them.
 */
declare module 'better-auth' {
  export interface Auth {
    readonly options: BetterAuthOptions
  }
  export interface BetterAuthOptions {
    readonly database: unknown
    readonly baseURL: string
    readonly secret: string
    readonly emailAndPassword: { readonly enabled: boolean }
    readonly rateLimit: { readonly enabled: boolean }
  }
  export function betterAuth(options: BetterAuthOptions): Auth
}

declare module 'better-auth/node' {
  import type { RequestListener } from 'node:http'
  import type { Auth } from 'better-auth'
  export function toNodeHandler(auth: Auth): RequestListener
}

declare module 'better-auth/db/migration' {
  import type { BetterAuthOptions } from 'better-auth'
  export function getMigrations(options: BetterAuthOptions): Promise<{ runMigrations(): Promise<void> }>
}
