/** Lower case of no language in particular, with one sigma, since which of the two is written depends on its place. */
export function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

const roundsMax = 10

/**
 * Applies `fold` until it changes nothing. Lower case can undo a normal form and the other way round, and a
 * canonical form that changes when it is canonicalised again would part an account from its own identifier.
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
