import { Writable } from 'node:stream'
import pretty from 'pino-pretty'
import type { Output, PrettyFormat } from './logging.ts'

/** This file loads a library that a server with JSON lines does not need, so it is imported when it is needed. */
export const prettyFormat: PrettyFormat = (output) =>
  pretty({ sync: true, destination: streamTo(output), ignore: 'request_id', singleLine: true })

function streamTo(output: Output): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      output.write(chunk.toString())
      done()
    },
  })
}
