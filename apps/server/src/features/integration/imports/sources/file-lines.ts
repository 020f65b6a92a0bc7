import { createReadStream } from 'node:fs'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { sourceMalformed } from '../model.ts'

/** A part of a file, decoded. It is read as it is needed. @throws `source_malformed` if the file is not UTF-8 */
export async function* textOf(path: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
      yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch (error) {
    // Replaced by other characters, such bytes would become a name or a password that no one has.
    if (!(error instanceof TypeError)) throw error
    throw malformed('The file is not UTF-8 text. Convert it, for example with iconv.')
  }
}

/** The lines of a file, without their ends. @throws `source_malformed` if one is longer than `lengthMax` */
export async function* linesOf(path: string, lengthMax: number): AsyncGenerator<string, void> {
  let rest = ''
  for await (const text of textOf(path)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
    if (rest.length > lengthMax) throw malformed(`A line is longer than ${lengthMax} characters.`)
  }
  if (rest !== '') yield rest
}

export function malformed(detail: string): Failure {
  return new Failure(sourceMalformed, { detail })
}
