import type { OpenMessage } from './service.ts'

type Content = Pick<OpenMessage, 'content'>

/** The code in a message; null if it has none. */
export function codeIn({ content }: Content): string | null {
  return content?.blocks.find((block) => block.kind === 'code')?.code ?? null
}

/** The buttons of a mail. */
export function linksIn({ content }: Content): { label: string; url: string }[] {
  const blocks = content?.blocks ?? []
  return blocks.flatMap((block) => (block.kind === 'button' ? [{ label: block.label, url: block.url }] : []))
}
