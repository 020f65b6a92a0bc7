import type { JournalRecord } from './journal.ts'

/** At least 0 and less than 1. */
export type Random = () => number

/** The unit that a disk writes whole or not at all. */
const sectorBytes = 512

/**
 * What is on a disk for certain: of each file what it held when it was last synced, under the names that its folder
 * had when that was last synced. What came later reaches the disk by luck, in any order; with a `random` some of it
 * does, torn where luck ends, and otherwise none. What a sync that failed should have written is lost the same way,
 * and no later sync writes it: the kernel holds it for written ("fsyncgate").
 */
export class Disk {
  readonly #random: Random | null
  readonly #files = new Map<number, File>()
  readonly #names = new Map<string, File>()
  #renamings: Renaming[] = []

  constructor(random: Random | null) {
    this.#random = random
  }

  apply(record: JournalRecord): void {
    const { kind, inode, number } = record
    switch (kind) {
      case 'n':
        this.#make(record)
        break
      case 'u':
      case 'r':
        this.#renamings.push(renamingBy(record))
        break
      case 'd':
        for (const rename of this.#renamings.splice(0)) rename(this.#names)
        break
      case 'w':
      case 't':
        this.#file(inode).change(record)
        break
      case 's':
        this.#file(inode).sync(number === 1 ? 'all' : this.#random)
        break
    }
  }

  /** The files that are found when the power is back. */
  afterPowerCut(): Map<string, Buffer> {
    const names = new Map(this.#names)
    const renamed = this.#random === null ? 0 : Math.floor(this.#random() * (this.#renamings.length + 1))
    for (const rename of this.#renamings.slice(0, renamed)) rename(names)
    return new Map([...names].map(([name, file]) => [name, file.afterPowerCut(this.#random)]))
  }

  // The file system reuses an inode number once its file is gone.
  #make({ inode, bytes }: JournalRecord): void {
    const file = new File()
    this.#files.set(inode, file)
    this.#renamings.push((names) => names.set(bytes.toString(), file))
  }

  #file(inode: number): File {
    const file = this.#files.get(inode)
    if (file === undefined) throw new Error(`the journal does not tell where file ${inode} comes from`)
    return file
  }
}

type Renaming = (names: Map<string, File>) => void

function renamingBy({ kind, bytes }: JournalRecord): Renaming {
  const [from = '', to = ''] = bytes.toString().split('/')
  if (kind === 'u') return (names) => names.delete(from)
  return (names) => {
    const file = names.get(from)
    names.delete(from)
    if (file !== undefined) names.set(to, file)
  }
}

class File {
  #synced = new Content()
  #pending: JournalRecord[] = []

  change(record: JournalRecord): void {
    this.#pending.push(record)
  }

  sync(luck: 'all' | Random | null): void {
    for (const record of this.#pending.splice(0))
      if (luck === 'all') this.#synced.apply(record)
      else if (luck !== null) this.#synced.applyByLuck(record, luck)
  }

  afterPowerCut(random: Random | null): Buffer {
    const found = this.#synced.copy()
    if (random !== null) for (const record of this.#pending) found.applyByLuck(record, random)
    return found.bytes
  }
}

class Content {
  #buffer = Buffer.alloc(0)
  #length = 0

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  copy(): Content {
    const copy = new Content()
    copy.#buffer = Buffer.from(this.bytes)
    copy.#length = this.#length
    return copy
  }

  apply({ kind, number, bytes }: JournalRecord): void {
    const length = kind === 't' ? number : Math.max(this.#length, number + bytes.length)
    this.#resize(length)
    if (kind === 'w') bytes.copy(this.#buffer, number)
  }

  applyByLuck(record: JournalRecord, random: Random): void {
    const luck = random() * 3
    const sectors = Math.floor((random() * record.bytes.length) / sectorBytes)
    if (luck < 1) this.apply(record)
    else if (luck < 2 && record.kind === 'w' && sectors > 0)
      this.apply({ ...record, bytes: record.bytes.subarray(0, sectors * sectorBytes) })
  }

  // The gap between an old end and a new one reads as zeros.
  #resize(length: number): void {
    if (length > this.#buffer.length)
      this.#buffer = Buffer.concat([this.bytes], Math.max(length, 2 * this.#buffer.length))
    else if (length < this.#length) this.#buffer.fill(0, length, this.#length)
    this.#length = length
  }
}
