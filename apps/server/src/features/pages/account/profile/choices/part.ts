import { type Html, html } from '../../../../../platform/html/html.ts'
import { select } from '../../../frame/parts.ts'
import { choicesPath } from '../../../frame/paths.ts'
import { formButton } from '../../forms.ts'
import type { Reader } from '../../reader.ts'

/** The language and the theme of the pages. Messages are written in the language, too. */
export function choicesCard(reader: Reader): Html {
  const { language, languages, theme } = reader.view
  const say = language.sentences('profile_pane')
  return html`<form class="card" id="language" method="post" action="${choicesPath}">
<div class="card-head"><h2>${language.sentences('account')('language_theme')}</h2><p>${say('choices_hint')}</p></div>
<div class="card-body grid-2">
${select(language, {
  name: 'lang',
  label: say('language'),
  value: language.tag,
  options: languages.map(({ tag, name }) => [tag, name] as const),
})}${select(language, {
  name: 'theme',
  label: say('theme'),
  value: theme ?? 'auto',
  options: (['auto', 'light', 'dark'] as const).map((each) => [each, say(`theme_${each}`)] as const),
})}</div>
<div class="card-foot">${formButton(reader, language.sentences('page')('save'), null)}</div>
</form>
`
}
