import { malformed } from './file-lines.ts'

/** A picture of several megabytes in base64. */
const valueLengthMax = 32_000_000

/** Splits CSV text into records (RFC 4180), part by part. A value in quotes may hold separators and line ends. */
export class CsvReader {
  readonly #separator: string
  #values: string[] = []
  #value = ''
  #isQuoted = false
  /** After a quote within a quoted value: another one stands for itself, and anything else ends the value. */
  #isAfterQuote = false
  #isFirst = true

  constructor(separator: string) {
    this.#separator = separator
  }

  *read(text: string): Generator<string[], void> {
    // Spreadsheets write a byte order mark. It is no part of the name of the first column.
    const characters = this.#isFirst ? text.replace(/^\ufeff/, '') : text
    if (text !== '') this.#isFirst = false
    for (const character of characters) if (this.#take(character)) yield this.#record()
    if (this.#value.length > valueLengthMax)
      throw malformed(`A value is longer than ${valueLengthMax} characters. A quote may not be closed.`)
  }

  *finish(): Generator<string[], void> {
    if (this.#isQuoted && !this.#isAfterQuote)
      throw malformed('A quote is not closed, or the file was cut off.')
    if (!this.#isBlank()) yield this.#record()
  }

  /** @returns whether a record has ended */
  #take(character: string): boolean {
    if (this.#isQuoted && !this.#isAfterQuote) this.#takeQuoted(character)
    else if (character === '"' && (this.#isAfterQuote || this.#value === '')) this.#takeQuote()
    else if (character === this.#separator) this.#endValue()
    else if (character === '\n') return !this.#isBlank()
    else if (!this.#isAfterQuote) this.#value += character
    else if (character !== '\r') throw malformed('Text follows a closing quote.')
    return false
  }

  /** The line has nothing in it. Such lines are no records. */
  #isBlank(): boolean {
    const isEmpty = this.#values.length === 0 && !this.#isQuoted && /^\r?$/.test(this.#value)
    if (isEmpty) this.#value = ''
    return isEmpty
  }

  #takeQuoted(character: string): void {
    if (character === '"') this.#isAfterQuote = true
    else this.#value += character
  }

  #takeQuote(): void {
    if (this.#isAfterQuote) this.#value += '"'
    this.#isQuoted = true
    this.#isAfterQuote = false
  }

  #endValue(): void {
    const isBare = !this.#isQuoted
    this.#values.push(isBare && this.#value.endsWith('\r') ? this.#value.slice(0, -1) : this.#value)
    this.#value = ''
    this.#isQuoted = false
    this.#isAfterQuote = false
  }

  #record(): string[] {
    this.#endValue()
    const values = this.#values
    this.#values = []
    return values
  }
}
