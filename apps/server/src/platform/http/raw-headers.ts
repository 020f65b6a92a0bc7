import type { IncomingMessage } from 'node:http'

/**
 * How often a request contains a header. If there are two, Node joins them or drops the second, and another program may
 * drop the first.
 */
export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  let times = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const text = rawHeaders[index]
    // Most names differ in length, and need no lower case.
    if (text?.length === name.length && text.toLowerCase() === name) times++
  }
  return times
}
