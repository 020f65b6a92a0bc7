import type { IncomingMessage } from 'node:http'

/** How often a request contains a header. Of two, Node joins or drops the second; another program may drop the first. */
export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length
}
