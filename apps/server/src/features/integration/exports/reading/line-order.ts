import { Failure } from '../../../../platform/kernel/failures.ts'
import { InvalidMember, type Members } from '../encoding.ts'
import { exportFormat, exportIncomplete, exportVersion, notAnExport } from '../model.ts'
import { lineKinds } from '../shape.ts'
import { checkLine } from './checks.ts'
import { type FileLine, invalidLine } from './file-lines.ts'
import { type ExportLine, readLine } from './line.ts'

/** Checks the first and the last line of a file, and that the others are sorted and complete. */
export class LineOrder {
  readonly #counts: Record<string, number> = {}
  #isOpen = false
  #isEnded = false
  #kind = 0
  #lastId = ''

  /**
   * @returns null for the first and the last line
   * @throws `not_an_export`, `export_line_invalid`, `export_incomplete`
   */
  next(line: FileLine, members: Members): ExportLine | null {
    if (this.#isEnded) throw invalidLine(line.number, 'there is more after the last line of the export')
    if (!this.#isOpen) {
      assertHeader(members)
      this.#isOpen = true
      return null
    }
    if (members['type'] === 'end') {
      this.#assertCounts(members['lines'])
      this.#isEnded = true
      return null
    }
    return this.#inOrder(line, readChecked(line, members))
  }

  /** Call it after the last line of the file. @throws `not_an_export`, `export_incomplete` */
  end(): void {
    if (!this.#isOpen) throw new Failure(notAnExport, { detail: 'The file is empty.' })
    if (!this.#isEnded) throw new Failure(exportIncomplete)
  }

  #inOrder(line: FileLine, read: ExportLine): ExportLine {
    const kind = lineKinds.findIndex(({ type }) => type === read.kind.type)
    if (kind < this.#kind) throw invalidLine(line.number, 'it is not in the order of an export')
    // Ids are sorted, so a line that is there twice is found without remembering all of them.
    if (kind === this.#kind && isAfterOrSame(this.#lastId, read.id))
      throw invalidLine(line.number, 'it is not in the order of an export, or is there twice')
    this.#kind = kind
    this.#lastId = read.id
    this.#counts[read.kind.type] = (this.#counts[read.kind.type] ?? 0) + 1
    return read
  }

  #assertCounts(given: unknown): void {
    const lines = typeof given === 'object' && given !== null ? (given as Members) : {}
    for (const { type } of lineKinds)
      if ((lines[type] ?? 0) !== (this.#counts[type] ?? 0)) throw new Failure(exportIncomplete)
  }
}

function readChecked(line: FileLine, members: Members): ExportLine {
  try {
    const read = readLine(line, members)
    checkLine(read)
    return read
  } catch (error) {
    if (!(error instanceof InvalidMember)) throw error
    throw invalidLine(line.number, error.message)
  }
}

// By code points, as every engine sorts them.
function isAfterOrSame(last: string, id: string): boolean {
  return last !== '' && Buffer.compare(Buffer.from(last), Buffer.from(id)) >= 0
}

function assertHeader({ type, format, version }: Members): void {
  if (type !== 'header' || format !== exportFormat)
    throw new Failure(notAnExport, {
      detail: 'The first line does not say that the file is an export of Proxima. Nothing was imported.',
    })
  if (version !== exportVersion)
    throw new Failure(notAnExport, {
      detail: `The file has version ${JSON.stringify(version)}, and this server reads version ${exportVersion}. Use a newer server. Nothing was imported.`,
    })
}
