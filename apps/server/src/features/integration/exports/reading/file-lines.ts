import { createReadStream } from 'node:fs'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { exportLineInvalid, lineLengthMax, notAnExport } from '../model.ts'

export interface FileLine {
  /** From 1. */
  readonly number: number
  readonly text: string
}

const newline = 0x0a

/** The lines of a file, one after the other, so that a file of any size needs the memory of its longest line. */
export async function* linesOf(path: string): AsyncGenerator<FileLine> {
  let number = 0
  let pieces: Buffer[] = []
  let length = 0
  for await (const chunk of chunksOf(path)) {
    let rest = chunk
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      number += 1
      yield { number, text: textOf([...pieces, rest.subarray(0, end)], number) }
      pieces = []
      length = 0
      rest = rest.subarray(end + 1)
    }
    pieces.push(rest)
    length += rest.length
    if (length > lineLengthMax) throw invalidLine(number + 1, 'it is longer than any line of an export')
  }
  if (length > 0) yield { number: number + 1, text: textOf(pieces, number + 1) }
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new Failure(notAnExport, { detail: `${path} cannot be read: ${error.message}.`, cause: error })
  }
}

function textOf(pieces: readonly Buffer[], number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
  } catch {
    throw invalidLine(number, 'it is not UTF-8')
  }
}

export function invalidLine(number: number, why: string): Failure {
  return new Failure(exportLineInvalid, {
    detail: `Line ${number} cannot be imported: ${why}. Nothing of this line was imported.`,
  })
}
