/** Prints columns for a person. The terminal wraps long lines. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [heads, ...rows]
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  print(`${lines.join('\n')}\n`)
}

export function printJson(value: unknown): void {
  print(`${JSON.stringify(value, null, 2)}\n`)
}

/**
 * The text without what steers a terminal or turns the direction of text: maps and files of others are shown, too. Each
 * such character becomes its escape in JSON, so that JSON stays the same (CWE-150).
 */
export function visible(text: string): string {
  return text.replaceAll(steering, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const steering = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export function print(text: string): void {
  if (!process.stdout.listeners('error').includes(ignoreClosedPipe))
    process.stdout.on('error', ignoreClosedPipe)
  process.stdout.write(visible(text))
}

// A program that reads only the first lines, such as `head`, closes the pipe. That is not a failure.
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}
