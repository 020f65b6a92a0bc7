import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** The credentials that one start saves for the next. */
export interface SavedCredentials {
  readonly administrator?: { readonly username: string; readonly password: string }
  readonly serviceAccountId?: string
  readonly apiKey?: string
  readonly webhookId?: string
  readonly webhookSecret?: string
}

/** A small file that only its owner can read, because it has secrets. */
export class CredentialsFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  read(): SavedCredentials {
    return existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8')) as SavedCredentials) : {}
  }

  /** Adds to what is there. Proxima shows each secret only once, so it is saved before anything else can fail. */
  add(more: SavedCredentials): void {
    const all = { ...this.read(), ...more }
    // A start that is cut short leaves the old file or the new one.
    const unfinished = `${this.path}.new`
    writeFileSync(unfinished, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
    renameSync(unfinished, this.path)
  }
}
