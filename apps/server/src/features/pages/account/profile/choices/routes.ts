import Type from 'typebox'
import type { App } from '../../../../../platform/http/app.ts'
import { contextOf } from '../../../../../platform/http/request-context.ts'
import type { AccountsService } from '../../../../users/accounts/service.ts'
import { profileLimit } from '../../../../users/profiles/answer.ts'
import { choicesPath, profilePath } from '../../../frame/paths.ts'
import { afterwards } from '../../done.ts'
import { type AccountPagesOptions, readerOf } from '../../reader.ts'

export interface ChoicesPagesOptions extends AccountPagesOptions {
  readonly accounts: Pick<AccountsService, 'update'>
}

const ChoicesForm = Type.Object(
  { lang: Type.String({ maxLength: 35 }), theme: Type.Enum(['auto', 'light', 'dark']) },
  { additionalProperties: false },
)

/** Stores the language for messages. The page that follows keeps both choices in this browser. */
export function choicesPages(app: App, options: ChoicesPagesOptions): void {
  app.post(
    choicesPath,
    { config: { access: 'user', limit: profileLimit }, schema: { hide: true, body: ChoicesForm } },
    async (request, reply) => {
      const { user } = readerOf(request, options)
      const { theme } = request.body
      const { languages } = options
      const lang = languages.for(request.body.lang).tag
      const { locale } = user.account
      // A variety of the same language, such as sw-KE, stays as it is.
      if (locale === null || languages.for(locale).tag !== lang)
        await options.accounts.update(user.accountId, { locale: lang }, contextOf(request))
      const chosen = new URLSearchParams({ lang, theme }).toString()
      return await reply.redirect(`${afterwards(profilePath, 'choices_saved')}&${chosen}`, 303)
    },
  )
}
