/** A code of the API in words: `wrong_credentials` is "Wrong credentials". */
export function wordsOf(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Such as "1 message" or "20 messages". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
