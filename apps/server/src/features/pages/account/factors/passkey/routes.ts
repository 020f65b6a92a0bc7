import Type from 'typebox'
import type { App } from '../../../../../platform/http/app.ts'
import { contextOf } from '../../../../../platform/http/request-context.ts'
import { factorsLimit } from '../../../../self-service/factors/limits/answer.ts'
import type { PasskeyAdditions } from '../../../../self-service/factors/passkeys/service.ts'
import { sendPage } from '../../../frame/hosted-pages.ts'
import { flowField, newPasskeyFields, registrationOf } from '../../../frame/passkey-fields.ts'
import { passkeysPath, securityPath } from '../../../frame/paths.ts'
import { afterwards } from '../../done.ts'
import { answerForm } from '../../forms.ts'
import { type AccountPagesOptions, readerOf } from '../../reader.ts'
import { withFreshFactor } from '../fresh-factor.ts'
import { newCodesPage } from '../page.ts'
import { addPasskeyPage } from './page.ts'

export interface PasskeyPagesOptions extends AccountPagesOptions {
  readonly passkeyAdditions: Pick<PasskeyAdditions, 'add'>
}

const NewPasskeyForm = Type.Object(
  { ...newPasskeyFields, flow: flowField, name: Type.Optional(Type.String({ maxLength: 400 })) },
  { additionalProperties: false },
)

/** The page on which owners add a passkey. The API gives its script the options. */
export function passkeyPages(app: App, options: PasskeyPagesOptions): void {
  const config = { access: 'user' } as const
  app.get(passkeysPath, { config, schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, addPasskeyPage(readerOf(request, options), null)),
  )
  app.post(
    passkeysPath,
    { config: { ...config, limit: factorsLimit }, schema: { hide: true, body: NewPasskeyForm } },
    async (request, reply) => {
      const reader = readerOf(request, options)
      const { flow, name = '', ...fields } = request.body
      const given = {
        flow,
        response: registrationOf(fields),
        ...(name.trim() !== '' && { name }),
      }
      return await withFreshFactor(reply, passkeysPath, () =>
        answerForm(reply, reader, {
          work: async () => {
            const context = contextOf(request)
            const added = await options.passkeyAdditions.add(reader.user, given, { context, key: null })
            // The only answer that ever shows the codes.
            if (added.recoveryCodes !== null)
              return await sendPage(reply, newCodesPage(reader, added.recoveryCodes))
            return await reply.redirect(afterwards(securityPath, 'factor_added'), 303)
          },
          again: (refusal) => addPasskeyPage(reader, refusal),
        }),
      )
    },
  )
}
