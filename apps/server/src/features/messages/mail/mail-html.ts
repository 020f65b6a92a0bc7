import { type Html, html, styleElement } from '../../../platform/html/html.ts'
import { directionOf } from '../../../platform/kernel/locale.ts'
import type { MessageContent, Sender } from '../model.ts'
import { type Brand, darkPalette, lightPalette, type Palette } from './brand.ts'
import { blockOf } from './mail-blocks.ts'

/** `system` is the one that the reader has chosen for their device. */
export type Theme = 'light' | 'dark' | 'system'

export interface MailLook {
  readonly sender: Sender
  readonly brand: Brand
  readonly theme?: Theme
}

/** When a mail is dark. */
const darkMedia: Readonly<Record<Theme, string>> = {
  light: 'not all',
  dark: 'all',
  system: '(prefers-color-scheme: dark)',
}

/**
 * The HTML part of a mail. Mail programs know tables and style attributes, and little else. The mail loads nothing but
 * the logo, so that no one learns whether it was read.
 */
export function mailHtml(
  { subject, blocks, preview, locale }: Omit<MessageContent, 'to' | 'text'>,
  { sender, brand, theme = 'system' }: MailLook,
): string {
  const colors = lightPalette(brand.color)
  const direction = directionOf(locale)
  const side = direction === 'rtl' ? 'right' : 'left'
  return `${html`<!doctype html>
<html lang="${locale}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
${styleElement(darkStyle(darkPalette(brand.color), darkMedia[theme]))}
</head>
<body class="page" style="margin:0;padding:0;background:${colors.page};-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden" aria-hidden="true">${preview ?? firstParagraph(blocks)}</div>
<div role="main" lang="${locale}" dir="${direction}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${colors.page}">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px">
<tr><td align="${side}" class="ink" style="padding:8px 8px 20px;font:600 18px/1.4 ${font};color:${colors.ink}">${logo(brand)}${sender.name}</td></tr>
<tr><td class="box pad" align="${side}" style="padding:36px 40px;background:${colors.box};border:1px solid ${colors.line};border-radius:16px;font:400 16px/1.55 ${font}">
<h1 class="ink" style="margin:0 0 16px;font-size:22px;line-height:1.35;font-weight:600;color:${colors.ink}">${subject}</h1>
${blocks.map((block) => html`${blockOf(block, colors)}\n`)}</td></tr>
<tr><td align="${side}" class="soft" style="padding:20px 8px;font:400 13px/1.5 ${font};color:${colors.soft}">${sender.name} · <a class="link" href="${sender.url}" style="color:${colors.link}">${new URL(sender.url).host}</a></td></tr>
</table>
</td></tr>
</table>
</div>
</body>
</html>
`}`
}

const font = "-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"

function logo({ logoUrl }: Brand): Html | null {
  if (logoUrl === null) return null
  return html`<img src="${logoUrl}" height="28" alt="" style="height:28px;max-width:120px;vertical-align:middle;border:0"> `
}

function firstParagraph(blocks: MessageContent['blocks']): string {
  return blocks.find((block) => block.kind === 'paragraph')?.text ?? ''
}

/** Overrides the style attributes, which only `!important` can do. */
function darkStyle(palette: Palette, media: string): string {
  const { page, box, line, ink, soft, sunken, edge, link, button, onButton } = palette
  return `
@media ${media} {
  .page { background: ${page} !important; }
  .box { background: ${box} !important; border-color: ${line} !important; }
  .rule { border-color: ${line} !important; }
  .ink { color: ${ink} !important; }
  .soft { color: ${soft} !important; }
  .sunken { background: ${sunken} !important; border-color: ${edge} !important; }
  .link { color: ${link} !important; }
  .button { background: ${button} !important; color: ${onButton} !important; }
}
@media (max-width: 480px) {
  .pad { padding: 24px 20px !important; }
  .code { font-size: 34px !important; letter-spacing: 6px !important; }
}
`
}
