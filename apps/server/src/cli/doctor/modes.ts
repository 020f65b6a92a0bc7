import { statSync } from 'node:fs'

/** The lowest nine bits of a file's mode. Null where there is no such file, and on Windows, which has none. */
export function modeOf(path: string): number | null {
  if (process.platform === 'win32') return null
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  return mode === undefined ? null : mode & 0o777
}

export function isReadByOthers(mode: number | null): boolean {
  return mode !== null && (mode & 0o077) !== 0
}

export function isWrittenByOthers(mode: number | null): boolean {
  return mode !== null && (mode & 0o022) !== 0
}

/** Of a folder. */
export function isEnteredByOthers(mode: number | null): boolean {
  return mode !== null && (mode & 0o011) !== 0
}

/** As `chmod` takes it. */
export function octal(mode: number | null): string {
  return (mode ?? 0).toString(8).padStart(4, '0')
}
