/** Lower case that is independent of the language. Of the two small sigmas, which differ by position, it keeps one. */
export function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

const roundsMax = 10

/**
 * Applies `fold` until it changes nothing. Lower case can undo a normal form, and a normal form can undo lower case. If
 * canonicalising a canonical form changed it, no one could find an account by its own identifier.
 */
export function foldUntilStable(text: string, fold: (text: string) => string): string {
  let folded = text
  for (let round = 0; round < roundsMax; round++) {
    const next = fold(folded)
    if (next === folded) break
    folded = next
  }
  return folded
}
