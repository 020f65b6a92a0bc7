import type { IncomingMessage } from 'node:http'

/**
 * How often a request contains a header. If there are two, Node joins them or drops the second, and another program may
 * drop the first.
 */
export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length
}
