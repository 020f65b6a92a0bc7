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

declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'
  export interface AdapterPayload {
    readonly uid?: string
    readonly userCode?: string
    readonly grantId?: string
    readonly consumed?: number
  }
  export interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void>
    find(id: string): Promise<AdapterPayload | undefined>
    findByUid(uid: string): Promise<AdapterPayload | undefined>
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }
  // biome-ignore lint/style/noDefaultExport: it is how this package exports it
  export default class Provider {
    constructor(issuer: string, configuration: object)
    callback(): RequestListener
  }
}
