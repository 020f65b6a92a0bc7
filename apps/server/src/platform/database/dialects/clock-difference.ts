/** @param ask answers with the other clock's milliseconds since 1970. Both directions are assumed to take equally long. */
export async function clockAheadMs(ask: () => Promise<number>): Promise<number> {
  const before = Date.now()
  const theirs = await ask()
  const after = Date.now()
  return Math.round(theirs - (before + after) / 2)
}
