import type { Sender } from '../model.ts'
import type { MessageText } from '../templates/template.ts'
import type { Block } from './model.ts'

/** The plain text of a mail, with the name and the address of the service at its end. */
export function mailText({ blocks }: Pick<MessageText, 'blocks'>, { name, url }: Sender): string {
  return `${[...blocks.map(textOf), `${name}\n${url}`].join('\n\n')}\n`
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'note':
      return block.text
    case 'code':
      return block.code
    case 'value':
      return block.value
    case 'button':
      return `${block.label}\n${block.url}`
    case 'facts':
      return block.facts.map(([label, value]) => `${label} ${value}`).join('\n')
  }
}
