/** After this many attempts, about a day after the first, the server stops trying to deliver a message. */
export const attemptsMax = 18
const firstWaitSeconds = 30
const waitMaxSeconds = 7_200

/** The wait after this many failed attempts: 30 seconds, doubled each time, at most two hours. */
export function retryWaitSeconds(attempts: number): number {
  return Math.min(firstWaitSeconds * 2 ** (attempts - 1), waitMaxSeconds)
}
