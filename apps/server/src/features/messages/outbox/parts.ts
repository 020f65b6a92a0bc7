import type { OpenMessage } from './messages.ts'

type Content = Pick<OpenMessage, 'content'>

/** The code in a message; null if it has none. */
export function codeIn({ content }: Content): string | null {
  return content?.blocks.find((block) => block.kind === 'code')?.code ?? null
}

/** The links that the recipient sees. A text message leaves out most buttons of the mail. */
export function linksIn({ content }: Content): { label: string; url: string }[] {
  if (content === null) return []
  return content.blocks.flatMap((block) =>
    block.kind === 'button' && content.text.includes(block.url)
      ? [{ label: block.label, url: block.url }]
      : [],
  )
}
