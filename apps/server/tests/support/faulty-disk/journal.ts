/** One act on the disk, or towards the world; `faulty-disk.c` says what the kinds mean. */
export interface JournalRecord {
  readonly kind: string
  readonly inode: number
  readonly number: number
  readonly bytes: Buffer
}

/** @returns in the order in which they happened */
export function readJournal(journal: Buffer): JournalRecord[] {
  const records: JournalRecord[] = []
  for (let at = 0; at < journal.length; ) {
    const endOfLine = journal.indexOf('\n', at)
    const [kind = '', inode, number, length] = journal.toString('latin1', at, endOfLine).split(' ')
    const end = endOfLine + 1 + Number(length)
    records.push({
      kind,
      inode: Number(inode),
      number: Number(number),
      bytes: journal.subarray(endOfLine + 1, end),
    })
    at = end
  }
  return records
}

/** What a program said from there on, so that it can be told when it did: after the act of the same index. */
export function saidAt(records: readonly JournalRecord[], pattern: RegExp): Map<string, number> {
  const said = new Map<string, number>()
  for (const [index, { kind, bytes }] of records.entries()) {
    const found = kind === 'a' ? pattern.exec(bytes.toString('latin1')) : null
    if (found?.[1] !== undefined) said.set(found[1], index)
  }
  return said
}
