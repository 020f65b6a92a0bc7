import type { ApiKey, ApiKeyPatchBody, IssuedApiKey, NewApiKeyBody, RotationBody } from '../api-types.data.ts'
import type { Call } from '../caller.ts'
import { type ListQuery, listOf } from '../list.ts'
import { type CallOptions, type CreateOptions, path } from '../request.ts'

/** @param base the address of the keys of one account */
export function keysApi(call: Call, base: string) {
  return {
    /** Lists the keys, newest first. */
    list: (query?: ListQuery, options?: CallOptions) => listOf<ApiKey>(call, base, query, options),
    /** Creates a key. The answer shows it this once. */
    create: (body: NewApiKeyBody, options?: CreateOptions) =>
      call<IssuedApiKey>('POST', base, { ...options, body, takesKey: true }),
    /** Changes the name, the permissions or the networks. */
    update: (id: string, body: ApiKeyPatchBody, options?: CallOptions) =>
      call<ApiKey>('PATCH', base + path`/${id}`, { ...options, body }),
    /** Replaces a key by a new one, which the answer shows this once. */
    rotate: (id: string, body?: RotationBody, options?: CreateOptions) =>
      call<IssuedApiKey>('POST', base + path`/${id}/rotation`, { ...options, body, takesKey: true }),
    /** Revokes a key. */
    revoke: (id: string, options?: CallOptions) => call<void>('DELETE', base + path`/${id}`, options),
  }
}
