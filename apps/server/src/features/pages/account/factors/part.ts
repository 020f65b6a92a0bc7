import { type Html, html, type Insertion } from '../../../../platform/html/html.ts'
import type { Factor } from '../../../authenticators/factors/model.ts'
import type { OwnFactorsService } from '../../../self-service/factors/service.ts'
import { icon } from '../../frame/icons.ts'
import { passkeysPath } from '../../frame/paths.ts'
import type { Reader } from '../reader.ts'
import type { SecurityPart } from '../security/page.ts'
import { appPath, codesPath, factorPath } from './paths.ts'

export interface FactorsPartOptions {
  readonly ownFactors: Pick<OwnFactorsService, 'list'>
}

/** The second factors of the reader, and their recovery codes. */
export function factorsPart({ ownFactors }: FactorsPartOptions): SecurityPart {
  return async (reader) => {
    const { factors, recoveryCodesLeft } = await ownFactors.list(reader.user.accountId)
    const say = reader.view.language.sentences('factors_pane')
    const hasApp = factors.some(({ kind }) => kind === 'totp')
    return html`<section class="card" id="factors">
<div class="card-head"><h2>${say('title')}</h2></div>
<ul class="rows">
${factors.map((factor) => factorRow(reader, factor))}${!hasApp && appRow(reader)}${passkeyRow(reader)}${factors.length > 0 && codesRow(reader, recoveryCodesLeft)}</ul>
</section>
`
  }
}

function factorRow(reader: Reader, { id, kind, name, createdAt, lastUsedAt }: Factor): Html {
  const { language } = reader.view
  const say = language.sentences('factors_pane')
  const added = say('added', { day: language.day(createdAt) })
  const used = lastUsedAt !== null && html` · ${say('last_used', { day: language.day(lastUsedAt) })}`
  return row({
    drawing: kind === 'passkey' ? 'passkey' : 'phone',
    title: html`<bdi>${name}</bdi>`,
    note: html`${added}${used}`,
    end: changeLink(reader, factorPath(id), name),
  })
}

/** Adding an app changes something, so its button sends a form. */
function appRow(reader: Reader): Html {
  const say = reader.view.language.sentences('factors_pane')
  const security = reader.view.language.sentences('security_pane')
  return row({
    drawing: 'phone',
    title: say('app'),
    note: say('app_hint'),
    end: html`<form method="post" action="${appPath}"><button class="btn btn-secondary btn-s">${security('add')}<span class="sr"> ${say('app')}</span></button></form>`,
  })
}

function passkeyRow(reader: Reader): Html {
  const say = reader.view.language.sentences('passkey')
  const security = reader.view.language.sentences('security_pane')
  return row({
    drawing: 'passkey',
    title: say('title'),
    note: say('hint'),
    end: html`<a class="btn btn-secondary btn-s" href="${passkeysPath}">${security('add')}<span class="sr"> ${say('title')}</span></a>`,
  })
}

function codesRow(reader: Reader, left: number): Html {
  const { language } = reader.view
  const say = language.sentences('factors_pane')
  return row({
    drawing: 'key',
    title: say('codes'),
    note: say('codes_left', { left: language.number(left) }),
    end: changeLink(reader, codesPath, say('codes')),
  })
}

function changeLink({ view }: Reader, path: string, what: string): Html {
  const say = view.language.sentences('security_pane')
  return html`<a class="btn btn-secondary btn-s" href="${path}">${say('change')}<span class="sr"> ${what}</span></a>`
}

interface Row {
  readonly drawing: 'phone' | 'passkey' | 'key'
  readonly title: Insertion
  readonly note: Insertion
  readonly end: Html
}

function row({ drawing, title, note, end }: Row): Html {
  return html`<li class="row">
<span class="disc">${icon(drawing)}</span>
<div class="row-main">
<p class="row-title">${title}</p>
<p class="row-note">${note}</p>
</div>
<div class="row-end">${end}</div>
</li>
`
}
