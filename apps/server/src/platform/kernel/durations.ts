export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000
export const daySeconds = 86_400

/** The start of the UTC day, in milliseconds. */
export function startOfDay(at: Date): number {
  return Math.floor(at.getTime() / dayMs) * dayMs
}
