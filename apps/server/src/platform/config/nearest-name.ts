const prefix = 'PROXIMA_'

/** The name that was most likely meant by a mistyped one; null where none is near. */
export function nearestName(mistyped: string, names: readonly string[]): string | null {
  const wanted = mistyped.toUpperCase().slice(prefix.length)
  const candidates = names
    .map((name) => ({ name, word: name.slice(prefix.length) }))
    .map(({ name, word }) => ({ name, word, distance: editDistance(wanted, word) }))
    .toSorted((one, other) => one.distance - other.distance)
  const near = candidates.find(({ distance }) => distance <= Math.max(2, wanted.length / 3))
  const sharing = candidates.find(({ word }) => sharesWords(wanted, word))
  return (near ?? sharing)?.name ?? null
}

/** Whether one stands whole in the other, as SECRET does in SECRET_KEY. */
function sharesWords(one: string, other: string): boolean {
  return `_${one}_`.includes(`_${other}_`) || `_${other}_`.includes(`_${one}_`)
}

/** Letters added, left out, changed, or swapped with the next: the fewest that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + changed,
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? 0
}
