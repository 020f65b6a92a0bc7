import { type Html, html } from '../../../../../platform/html/html.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { icon } from '../../../frame/icons.ts'
import { picturePath } from '../../../frame/paths.ts'
import type { Reader } from '../../reader.ts'

interface PictureCard {
  readonly hasPicture: boolean
  readonly pictureSizeMaxBytes: number
}

/** The picture, and the form that replaces it. Script lets the owner choose the square; the server would take the middle. */
export function pictureCard(
  { view: { language } }: Reader,
  { hasPicture, pictureSizeMaxBytes }: PictureCard,
  refusal: FormRefusal | null,
): Html {
  const say = language.sentences('profile_pane')
  const busy = language.sentences('page')('busy')
  const error = refusal?.errors['image'] ?? refusal?.errors['']
  const size = language.number(Math.floor(pictureSizeMaxBytes / 1_048_576))
  return html`<section class="card" aria-labelledby="picture-title">
<div class="row">
<img class="avatar avatar-xl" src="/v1/me/profile/image?size=256" alt="" width="96" height="96">
<div class="row-main">
<h2 id="picture-title">${say('picture')}</h2>
<p class="row-note">${say('picture_hint', { size })}</p>
</div>
${
  hasPicture &&
  html`<form class="row-end" method="post" action="${picturePath}/remove"><button class="btn btn-danger btn-s" data-busy="${busy}">${say('remove')}<span class="sr"> ${say('picture')}</span></button></form>
`
}</div>
<form class="card-foot" method="post" action="${picturePath}" enctype="multipart/form-data" data-crop>
<div class="field">
<label for="image">${say('choose')}</label>
<input class="input" id="image" name="image" type="file" accept="image/jpeg,image/png,image/webp,image/avif,image/gif"${error !== undefined && html` aria-invalid="true" aria-describedby="image-error"`} required>
${error !== undefined && html`<p class="error" id="image-error">${icon('alert')}<span>${error}</span></p>\n`}</div>
${cropPart(language.sentences('profile_pane'))}<div class="actions"><button class="btn btn-primary btn-s" data-busy="${busy}">${say('use_picture')}</button></div>
</form>
</section>
`
}

/** Hidden until script has read the picture. Three sliders, because they work with a keyboard; the picture itself can be dragged. */
function cropPart(say: (key: 'crop_hint' | 'zoom' | 'across' | 'down') => string): Html {
  const slider = (name: 'zoom' | 'across' | 'down', value: number) => html`<div class="field">
<label for="crop-${name}">${say(name)}</label>
<input class="slider" id="crop-${name}" type="range" min="0" max="100" step="1" value="${value}">
</div>
`
  return html`<div class="crop" data-crop-part hidden>
<canvas class="crop-view" width="512" height="512" aria-hidden="true"></canvas>
<div>
<p class="hint">${say('crop_hint')}</p>
${slider('zoom', 0)}${slider('across', 50)}${slider('down', 50)}</div>
</div>
`
}
