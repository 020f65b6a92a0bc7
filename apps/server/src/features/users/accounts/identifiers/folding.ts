/** Lower case that is independent of the language. Of the two small sigmas, whose use depends on their place, it keeps one. */
export function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

const roundsMax = 10

/**
 * Applies `fold` until it changes nothing. Lower case can undo a normal form, and a normal form lower case. If a canonical
 * form changed when it is canonicalised again, an account could not be found by its own identifier.
 */
export function foldToEnd(text: string, fold: (text: string) => string): string {
  let folded = text
  for (let round = 0; round < roundsMax; round++) {
    const next = fold(folded)
    if (next === folded) break
    folded = next
  }
  return folded
}
