import { type Html, html } from '../../../../platform/html/html.ts'
import type { Alert } from '../../frame/parts.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'

/** One card of the pane, such as the ways to sign in. A new kind of credential adds a part to the list. */
export type SecurityPart = (reader: Reader) => Promise<Html>

export async function securityPage(
  reader: Reader,
  { parts, alert }: { readonly parts: readonly SecurityPart[]; readonly alert: Alert | null },
): Promise<string> {
  const say = reader.view.language.sentences('security_pane')
  const cards = await Promise.all(parts.map((part) => part(reader)))
  return accountPage(reader, {
    pane: 'security',
    title: say('title'),
    intro: say('intro'),
    alert,
    body: html`${cards}`,
  })
}
