/** @param ask answers with the other clock's milliseconds since 1970. The way there and back is taken as equally long. */
export async function clockAheadMs(ask: () => Promise<number>): Promise<number> {
  const before = Date.now()
  const theirs = await ask()
  const after = Date.now()
  return Math.round(theirs - (before + after) / 2)
}
