export interface Sent {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
  readonly credentials: RequestInit['credentials']
}

/** A `fetch` that notes what is sent, as `METHOD /path`. */
export interface Recorder {
  readonly fetch: typeof fetch
  readonly requests: Sent[]
  /** How often a call was sent, such as `POST /v1/auth/refresh`. */
  count(call: string): number
}

export function recorder(send: (url: string, init: RequestInit) => Promise<Response> = fetch): Recorder {
  const requests: Sent[] = []
  return {
    requests,
    count: (call) => requests.filter(({ method, path }) => `${method} ${path}` === call).length,
    fetch: async (input, init = {}) => {
      if (typeof input !== 'string') throw new TypeError('the client gives fetch a text')
      const url = new URL(input)
      const { method = 'GET', body = null, credentials } = init
      const headers = new Headers(init.headers)
      requests.push({ method, path: url.pathname, query: url.searchParams, headers, body, credentials })
      return await send(input, init)
    },
  }
}
