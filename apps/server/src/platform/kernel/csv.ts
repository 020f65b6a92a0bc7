/** One line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly string[]): Buffer {
  return Buffer.from(`${cells.map(csvCell).join(',')}\r\n`)
}

/** What a spreadsheet may take for the beginning of a formula, in any width. */
const formulaStart = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u

/**
 * Quotes a cell. If a spreadsheet could take it for a formula, an apostrophe comes first, which makes it a text (OWASP
 * CSV Injection; ASVS 1.2.10; A122).
 */
export function csvCell(text: string): string {
  const safe = formulaStart.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
