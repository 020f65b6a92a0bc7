import { type Html, html } from '../../../platform/html/html.ts'
import type { Palette } from './brand.ts'
import type { Block, Fact } from './model.ts'

const mono = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"

/** One part of a mail as HTML. */
export function blockOf(block: Block, colors: Palette): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p class="ink" style="margin:0 0 16px;color:${colors.ink}">${block.text}</p>`
    case 'note':
      return html`<p class="soft" style="margin:0 0 16px;font-size:14px;color:${colors.soft}">${block.text}</p>`
    case 'code':
      return codeBox(block.code, colors)
    case 'value':
      return html`<p class="ink" dir="ltr" style="margin:0 0 16px;font:400 14px/1.5 ${mono};word-break:break-all;color:${colors.ink}">${block.value}</p>`
    case 'button':
      return buttonOf(block, colors)
    case 'facts':
      return factList(block.facts, colors)
  }
}

/** Digits run from left to right in every language. */
function codeBox(code: string, { sunken, edge, ink }: Palette): Html {
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px"><tr>
<td class="code sunken ink" align="center" dir="ltr" style="padding:20px 8px;background:${sunken};border:1px solid ${edge};border-radius:10px;font:600 40px/1.2 ${mono};letter-spacing:10px;color:${ink}">${code}</td>
</tr></table>`
}

function buttonOf(
  { label, url, hint }: Block & { kind: 'button' },
  { button, onButton, soft }: Palette,
): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px"><tr>
<td class="button" style="border-radius:10px;background:${button}"><a class="button" href="${url}" style="display:inline-block;padding:13px 24px;border-radius:10px;background:${button};font-size:16px;font-weight:600;line-height:1.3;color:${onButton};text-decoration:none">${label}</a></td>
</tr></table>
<p class="soft" style="margin:0 0 16px;font-size:14px;color:${soft}">${hint}<br><span dir="ltr" style="word-break:break-all">${url}</span></p>`
}

/** `bdi`, because a value may run in another direction than its label. */
function factList(facts: readonly Fact[], { line, soft }: Palette): Html {
  const lines = facts.map(
    ([label, value], index) => html`${index > 0 && html`<br>`}${label} <bdi>${value}</bdi>`,
  )
  return html`<p class="soft rule" style="margin:0 0 16px;padding:12px 0;border-top:1px solid ${line};border-bottom:1px solid ${line};font-size:14px;color:${soft}">${lines}</p>`
}
