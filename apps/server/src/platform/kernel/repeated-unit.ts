/** Returns the shortest text that gives this one when it is repeated, "abc" for "abcabcab"; null if there is none. */
export function repeatedUnit(text: string): string | null {
  const characters = Array.from(text)
  for (let length = 1; length <= characters.length / 2; length += 1) {
    const repeats = characters.every((character, at) => at < length || character === characters[at - length])
    if (repeats) return characters.slice(0, length).join('')
  }
  return null
}
