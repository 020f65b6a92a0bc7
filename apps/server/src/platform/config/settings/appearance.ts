import { color, languageTag } from '../appearance-parsers.ts'
import { setting } from '../setting.ts'
import { url } from '../url-parsers.ts'

export const appearance = {
  locale: setting({
    name: 'PROXIMA_LOCALE',
    parser: languageTag(),
    default: 'en',
    description:
      'The language of messages to people who have not chosen one. Proxima speaks English (`en`), French (`fr`), ' +
      'Swahili (`sw`), Romanian (`ro`), Bengali (`bn`) and Arabic (`ar`). See [other languages](guides/mail.md#languages).',
    reason: 'An account has a `locale` of its own, which comes first.',
  }),
  brandColor: setting({
    name: 'PROXIMA_BRAND_COLOR',
    parser: color(),
    default: '#00699a',
    description: 'The colour of buttons and links in mails.',
    reason:
      'Any colour works: the server chooses black or white for the text on a button, and makes the shade of links darker ' +
      'or lighter until they can be read (WCAG 2.2, 1.4.3).',
  }),
  logoUrl: setting({
    name: 'PROXIMA_LOGO_URL',
    parser: url('https'),
    default: null,
    fallback: 'none: mails show the name of the service only',
    description:
      'The address of the logo in mails. It is shown 28 pixels high, beside the name of the service. Use PNG, because ' +
      'many mail programs do not show SVG.',
    reason:
      'The logo is the only thing that a mail loads. The server at this address can see when someone reads a mail, so ' +
      'it should be yours.',
  }),
}
