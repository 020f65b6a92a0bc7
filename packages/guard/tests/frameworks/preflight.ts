import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a service does for pages of other origins, in front of the guard. @returns true if it has answered */
export function answerPreflight({ method }: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('access-control-allow-origin', '*')
  if (method !== 'OPTIONS') return false
  response.writeHead(204, { 'access-control-allow-headers': 'authorization' }).end()
  return true
}
