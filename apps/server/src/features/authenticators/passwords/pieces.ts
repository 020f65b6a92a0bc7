/**
 * Counts the pieces of a text, as a measure of the thought behind it. A run of three or more code points that are
 * equal, or that go up or down by one, is one piece. Every other code point is one piece.
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
