import type { Occasion } from '../model.ts'

/** The lines by which the owner can tell whether it was they. */
export function occasionLines({ at, device, network }: Occasion): string {
  const [day = '', time = ''] = at.toISOString().split('T')
  return `When: ${day}, ${time.slice(0, 5)} UTC
Device: ${device ?? 'not known'}
Network: ${network}`
}
