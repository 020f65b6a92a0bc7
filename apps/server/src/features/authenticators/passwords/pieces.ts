/**
 * How many things one has to think of to make up the text: a run of three or more code points that are equal, or
 * go up or down one by one, is one thing; any other code point is one.
 */
export function countPieces(text: string): number {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  let pieces = 0
  for (let start = 0; start < codes.length; start += runLength(codes, start)) pieces += 1
  return pieces
}

function runLength(codes: readonly number[], start: number): number {
  const step = stepTo(codes, start + 1)
  if (Math.abs(step) > 1) return 1
  let end = start + 2
  while (stepTo(codes, end) === step) end += 1
  const length = end - start
  return length >= 3 ? length : 1
}

function stepTo(codes: readonly number[], at: number): number {
  return (codes[at] ?? Number.NaN) - (codes[at - 1] ?? Number.NaN)
}

/** The shortest text that, written again and again, gives this one; null when there is none. */
export function repeatedUnit(text: string): string | null {
  const characters = Array.from(text)
  for (let length = 1; length <= characters.length / 2; length += 1) {
    const repeats = characters.every((character, at) => at < length || character === characters[at - length])
    if (repeats) return characters.slice(0, length).join('')
  }
  return null
}
