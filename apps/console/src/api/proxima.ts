import { createProxima } from '@proxima/client'

/** Calls the server as every other client does. The session is in a cookie that no script can read. */
export const proxima = createProxima({ mode: 'cookie' })
