import type { IncomingMessage } from 'node:http'

/** How often a header stands in the request. Node joins or drops the second of two, and another reader the first. */
export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length
}
