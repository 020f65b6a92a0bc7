/** One operation on the disk, or one answer to a client. `faulty-disk.c` explains the kinds. */
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

/** The index of the record with which the program sent each text that matches, by the first group of the pattern. */
export function sentAt(records: readonly JournalRecord[], pattern: RegExp): Map<string, number> {
  const sent = new Map<string, number>()
  for (const [index, { kind, bytes }] of records.entries()) {
    const found = kind === 'a' ? pattern.exec(bytes.toString('latin1')) : null
    if (found?.[1] !== undefined) sent.set(found[1], index)
  }
  return sent
}
