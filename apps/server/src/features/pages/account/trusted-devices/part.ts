import { type Html, html } from '../../../../platform/html/html.ts'
import { deviceNamesOf } from '../../../../platform/kernel/device.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { TrustedDevice } from '../../../authenticators/trusted-devices/model.ts'
import type { OwnTrustedDevices } from '../../../self-service/trusted-devices/service.ts'
import { icon } from '../../frame/icons.ts'
import { securityPath } from '../../frame/paths.ts'
import { deviceIcon, deviceWords } from '../device.ts'
import type { Reader } from '../reader.ts'
import type { SecurityPart } from '../security/page.ts'

export const trustedDevicesPath = `${securityPath}/trusted-devices`

export interface TrustedDevicesPartOptions {
  readonly ownTrustedDevices: Pick<OwnTrustedDevices, 'list'>
}

/** The devices that need no second factor. Most people have none, and then there is nothing to show. */
export function trustedDevicesPart({ ownTrustedDevices }: TrustedDevicesPartOptions): SecurityPart {
  return async (reader) => {
    const { devices } = await ownTrustedDevices.list(reader.user, noRequest)
    if (devices.length === 0) return html``
    const say = reader.view.language.sentences('trusted_devices')
    return html`<section class="card" id="trusted-devices">
<div class="card-head between">
<div><h2>${say('title')}</h2><p>${say('intro')}</p></div>
<form method="post" action="${trustedDevicesPath}/remove"><button class="btn btn-danger btn-s" data-busy="${reader.view.language.sentences('page')('busy')}">${say('remove_all')}</button></form>
</div>
<ul class="rows">
${devices.map((device) => row(reader, device))}</ul>
</section>
`
  }
}

function row({ view: { language } }: Reader, { createdAt, expiresAt, id, userAgent }: TrustedDevice): Html {
  const say = language.sentences('trusted_devices')
  const names = deviceNamesOf(userAgent)
  const device = deviceWords(names, language)
  return html`<li class="row">
<span class="disc">${icon(deviceIcon(names))}</span>
<div class="row-main">
<p class="row-title">${device}</p>
<p class="row-note">${say('times', { since: language.day(createdAt), until: language.day(expiresAt) })}</p>
</div>
<form class="row-end" method="post" action="${trustedDevicesPath}/${id}/remove"><button class="btn btn-secondary btn-s" data-busy="${language.sentences('page')('busy')}">${say('remove')}<span class="sr"> ${device}</span></button></form>
</li>
`
}
