import { type Html, html, type Insertion } from '../../../../platform/html/html.ts'
import type { PublicProvider } from '../../../authentication/federation/model.ts'
import type { LinkedAccount } from '../../../authenticators/linked-accounts/model.ts'
import type { OwnLinkedAccounts } from '../../../self-service/linked-accounts/service.ts'
import { icon } from '../../frame/icons.ts'
import { linkedAccountsPath } from '../../frame/paths.ts'
import type { Reader } from '../reader.ts'
import type { SecurityPart } from '../security/page.ts'

export interface LinkedAccountsPartOptions {
  readonly federation: { readonly providers: readonly PublicProvider[] }
  readonly ownLinkedAccounts: Pick<OwnLinkedAccounts, 'list'>
}

/** The accounts of the reader at other providers, and the providers that they can add. */
export function linkedAccountsPart({
  federation: { providers },
  ownLinkedAccounts,
}: LinkedAccountsPartOptions): SecurityPart {
  return async (reader) => {
    const linked = await ownLinkedAccounts.list(reader.user.accountId)
    if (linked.length === 0 && providers.length === 0) return html``
    const say = reader.view.language.sentences('federation')
    const others = providers.filter(({ id }) => !linked.some(({ provider }) => provider === id))
    return html`<section class="card" id="connected">
<div class="card-head"><h2>${say('title')}</h2></div>
<ul class="rows">
${linked.map((each) => linkedRow(reader, each, nameIn(providers, each)))}${others.map((each) => otherRow(reader, each))}</ul>
</section>
`
  }
}

/** The name of its provider, or the id of one that is no longer in the settings. */
export function nameIn(providers: readonly PublicProvider[], { provider }: LinkedAccount): string {
  return providers.find(({ id }) => id === provider)?.name ?? provider
}

function linkedRow({ view: { language } }: Reader, linked: LinkedAccount, name: string): Html {
  const say = language.sentences('federation')
  const on = say('connected_on', { day: language.day(linked.createdAt) })
  return row({
    title: name,
    note: html`${linked.email !== null && html`<bdi>${linked.email}</bdi> · `}${on}`,
    end: html`<a class="btn btn-secondary btn-s" href="${linkedAccountsPath}/${linked.id}">${say('remove')}<span class="sr"> ${name}</span></a>`,
  })
}

/** Connecting begins with a form, so that no other site can begin it. */
function otherRow({ view: { language } }: Reader, { id, name }: PublicProvider): Html {
  const say = language.sentences('federation')
  return row({
    title: name,
    note: say('pane_hint'),
    end: html`<form method="post" action="${linkedAccountsPath}/with/${id}"><button class="btn btn-secondary btn-s">${say('add')}<span class="sr"> ${name}</span></button></form>`,
  })
}

function row({ title, note, end }: { title: Insertion; note: Insertion; end: Html }): Html {
  return html`<li class="row">
<span class="disc">${icon('person')}</span>
<div class="row-main">
<p class="row-title"><bdi>${title}</bdi></p>
<p class="row-note">${note}</p>
</div>
<div class="row-end">${end}</div>
</li>
`
}
