import { Readable } from 'node:stream'

/**
 * The texts for the body of an answer, which reads only as fast as the client takes them. After `lifeMs` it is destroyed,
 * and its connection with it: a client that takes nothing would otherwise keep both, whatever happens to its credential.
 */
export function endingStream(texts: AsyncIterable<Buffer>, lifeMs: number): Readable {
  const stream = Readable.from(texts, { objectMode: false })
  const end = setTimeout(() => stream.destroy(), lifeMs)
  stream.once('close', () => clearTimeout(end))
  return stream
}
