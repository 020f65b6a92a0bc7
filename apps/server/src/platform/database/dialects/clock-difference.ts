/**
 * @param ask returns the other clock's milliseconds since 1970. The request and the response are assumed to take
 * equally long.
 */
export async function clockAheadMs(ask: () => Promise<number>): Promise<number> {
  const before = Date.now()
  const otherClock = await ask()
  const after = Date.now()
  return Math.round(otherClock - (before + after) / 2)
}
