import type { JournalRecord } from './journal.ts'

/** At least 0 and less than 1. */
export type Random = () => number

/** The unit that a disk writes completely or not at all. */
const sectorBytes = 512

/**
 * The data that is certainly on a disk: the content of each file when it was last synced, under the names that its
 * folder had when the folder was last synced. Later changes reach the disk by chance and in any order. With a `random`,
 * some of them do, and some only in part; otherwise none do. If a sync fails, its data is lost in the same way, and no
 * later sync writes it, because the kernel considers it written ("fsyncgate").
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
        this.#create(record)
        break
      case 'u':
      case 'r':
        this.#renamings.push(renamingOf(record))
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

  /** The files that exist when the power is back. */
  afterPowerCut(): Map<string, Buffer> {
    const names = new Map(this.#names)
    const renamed = this.#random === null ? 0 : Math.floor(this.#random() * (this.#renamings.length + 1))
    for (const rename of this.#renamings.slice(0, renamed)) rename(names)
    return new Map([...names].map(([name, file]) => [name, file.afterPowerCut(this.#random)]))
  }

  // The file system reuses an inode number once its file is gone.
  #create({ inode, bytes }: JournalRecord): void {
    const file = new File()
    this.#files.set(inode, file)
    this.#renamings.push((names) => names.set(bytes.toString(), file))
  }

  #file(inode: number): File {
    const file = this.#files.get(inode)
    if (file === undefined) throw new Error(`the journal does not show where file ${inode} comes from`)
    return file
  }
}

type Renaming = (names: Map<string, File>) => void

function renamingOf({ kind, bytes }: JournalRecord): Renaming {
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

  sync(random: 'all' | Random | null): void {
    for (const record of this.#pending.splice(0))
      if (random === 'all') this.#synced.apply(record)
      else if (random !== null) this.#synced.applyAtRandom(record, random)
  }

  afterPowerCut(random: Random | null): Buffer {
    const found = this.#synced.copy()
    if (random !== null) for (const record of this.#pending) found.applyAtRandom(record, random)
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

  applyAtRandom(record: JournalRecord, random: Random): void {
    const outcome = random() * 3
    const sectors = Math.floor((random() * record.bytes.length) / sectorBytes)
    if (outcome < 1) this.apply(record)
    else if (outcome < 2 && record.kind === 'w' && sectors > 0)
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
