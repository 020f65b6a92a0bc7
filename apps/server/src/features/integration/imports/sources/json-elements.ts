import { malformed } from './file-lines.ts'

const elementLengthMax = 32_000_000

/**
 * Cuts the elements out of a list in a JSON document that may be larger than the memory. It only follows strings and
 * brackets: each element is checked when it is parsed.
 * @param member the member of the document that is the list; null if the document is the list
 * @throws `source_malformed` if there is no such list, or if it does not end
 */
export async function* elementsOf(
  texts: AsyncIterable<string>,
  member: string | null,
): AsyncGenerator<string, void> {
  const cutter = new ElementCutter(member)
  for await (const text of texts) yield* cutter.cut(text)
  cutter.finish()
}

class ElementCutter {
  readonly #member: string | null
  readonly #listDepth: number
  #depth = 0
  #isInString = false
  #isEscaped = false
  /** The last string outside the list: the name of a member, if a colon follows. */
  #string = ''
  #name = ''
  #isInList = false
  #hasEnded = false
  #element = ''

  constructor(member: string | null) {
    this.#member = member
    this.#listDepth = member === null ? 1 : 2
  }

  *cut(text: string): Generator<string, void> {
    let start = 0
    for (let at = 0; at < text.length; at += 1) {
      const wasInside = this.#isInside()
      this.#read(text[at] ?? '')
      const isInside = this.#isInside()
      if (!wasInside && isInside) start = at
      if (!wasInside || isInside) continue
      yield this.#element + text.slice(start, at + 1)
      this.#element = ''
    }
    if (this.#isInside()) this.#element += text.slice(start)
    if (this.#element.length > elementLengthMax)
      throw malformed(`An element of the list is longer than ${elementLengthMax} characters.`)
  }

  finish(): void {
    if (this.#hasEnded) return
    const list = this.#member === null ? 'The document' : `Its member "${this.#member}"`
    throw malformed(`${list} is not a list, or the file was cut off.`)
  }

  /** Within an element that is an object or a list. */
  #isInside(): boolean {
    return this.#isInList && this.#depth > this.#listDepth
  }

  #read(character: string): void {
    if (this.#isInString) this.#readInString(character)
    else if (character === '"') {
      this.#isInString = true
      this.#string = ''
    } else if (character === ':') this.#name = this.#string
    else if (character === '{' || character === '[') this.#open(character)
    else if (character === '}' || character === ']') this.#close()
    // Anything else that is no white space and no comma: an element that is no object.
    else if (this.#isInList && this.#depth === this.#listDepth && !/[\s,]/.test(character))
      throw malformed('An element of the list is not a JSON object.')
  }

  #readInString(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (character === '\\') this.#isEscaped = true
    else if (character === '"') this.#isInString = false
    else if (!this.#isInList && this.#string.length < 200) this.#string += character
  }

  #open(character: string): void {
    this.#depth += 1
    const isNamed = this.#member === null || this.#name === this.#member
    if (this.#depth === this.#listDepth && character === '[' && isNamed && !this.#hasEnded)
      this.#isInList = true
  }

  #close(): void {
    this.#depth -= 1
    if (!this.#isInList || this.#depth >= this.#listDepth) return
    this.#isInList = false
    this.#hasEnded = true
  }
}
