import type { SecurityContext, Sender } from '../model.ts'

/** The text of a mail, from the greeting to the signature. */
export function letter({ name, url }: Sender, paragraphs: readonly string[]): string {
  return `${['Hello,', ...paragraphs, `${name}\n${url}`].join('\n\n')}\n`
}

/** The lines that let the owner recognize their own action. */
export function contextLines({ at, device, network }: SecurityContext): string {
  return `When: ${timeText(at)}\nDevice: ${device ?? 'unknown'}\nNetwork: ${network ?? 'unknown'}`
}

/** Such as "2026-11-21, 09:04 UTC". */
export function timeText(at: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T')
  return `${day}, ${time.slice(0, 5)} UTC`
}
