import { statSync } from 'node:fs'

/** The lowest nine bits of the mode of a file. Null if there is no such file, and on Windows, which has no modes. */
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

/** True if other users may enter the folder. */
export function isEnteredByOthers(mode: number | null): boolean {
  return mode !== null && (mode & 0o011) !== 0
}

/** Formats a mode as `chmod` expects it. */
export function octal(mode: number | null): string {
  return (mode ?? 0).toString(8).padStart(4, '0')
}
