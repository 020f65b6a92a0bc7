import { readdir, readFile } from 'node:fs/promises'
import { mediaTypeOf } from './policy.ts'

export type Coding = 'br' | 'gzip' | null

export interface ConsoleFile {
  readonly mediaType: string
  readonly coding: Coding
  readonly content: Buffer
}

const suffixes = [
  { coding: 'br', suffix: '.br' },
  { coding: 'gzip', suffix: '.gz' },
] as const

/** The files of the console, as its build has written them. */
export class ConsoleFiles {
  readonly #folder: URL
  #names: Promise<ReadonlySet<string>> | null = null

  constructor(folder: URL) {
    this.#folder = folder
  }

  /** The page that loads everything else; null if the console is not built. */
  async shell(): Promise<string | null> {
    try {
      return await readFile(new URL('index.html', this.#folder), 'utf8')
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /** A file in the coding that is shortest of those accepted; null if there is none of this name. */
  async file(name: string, accepted: readonly string[]): Promise<ConsoleFile | null> {
    const mediaType = mediaTypeOf(name)
    const names = await this.#listed()
    // Only names that were listed are opened, so no name leads out of the folder (A59).
    if (mediaType === null || !names.has(name)) return null
    const found = suffixes.find(({ coding, suffix }) => accepted.includes(coding) && names.has(name + suffix))
    const content = await readFile(new URL(`assets/${name}${found?.suffix ?? ''}`, this.#folder))
    return { mediaType, coding: found?.coding ?? null, content }
  }

  async #listed(): Promise<ReadonlySet<string>> {
    this.#names ??= readdir(new URL('assets/', this.#folder)).then(
      (names) => new Set(names),
      (error: unknown) => {
        this.#names = null
        if (isMissing(error)) return new Set()
        throw error
      },
    )
    return await this.#names
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
