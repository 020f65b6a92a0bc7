import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { OwnProfileService } from '../../../self-service/profile/service.ts'
import { profileLimit } from '../../../users/profiles/answer.ts'
import type { ProfilesService } from '../../../users/profiles/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { profilePath } from '../../frame/paths.ts'
import { afterwards, DoneQuery, doneAlert } from '../done.ts'
import { answerForm } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { type ChoicesPagesOptions, choicesPages } from './choices/routes.ts'
import { ProfileForm, profileOf, type TypedProfile, typedOf } from './form.ts'
import { type ProfilePage, profilePage } from './page.ts'
import { type PicturePagesOptions, picturePages } from './picture/routes.ts'

export interface ProfilePagesOptions extends AccountPagesOptions, PicturePagesOptions, ChoicesPagesOptions {
  readonly ownProfile: Pick<OwnProfileService, 'read' | 'save'>
  readonly profiles: Pick<ProfilesService, 'countryCodes' | 'get'>
}

export function profilePages(app: App, options: ProfilePagesOptions): void {
  app.get(
    profilePath,
    {
      config: { access: 'user', openToImpersonators: true },
      schema: { hide: true, querystring: DoneQuery },
    },
    async (request, reply) => {
      const { language } = readerOf(request, options).view
      const alert = doneAlert(request.query.done, language)
      return await sendPage(reply, await pageFor(request, options, { alert }))
    },
  )
  app.post(
    profilePath,
    { config: { access: 'user', limit: profileLimit }, schema: { hide: true, body: ProfileForm } },
    async (request, reply) => await save(request, reply, request.body, options),
  )
  picturePages(app, options, (request, refusal) =>
    pageFor(request, options, { refused: { form: 'picture', refusal } }),
  )
  choicesPages(app, options)
}

async function save(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, ...typed }: ProfileForm,
  options: ProfilePagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  return await answerForm(reply, reader, {
    work: async () => {
      await options.ownProfile.save(reader.user.accountId, profileOf(typed), version, contextOf(request))
      return await reply.redirect(afterwards(profilePath, 'profile_saved'), 303)
    },
    again: (refusal) => pageFor(request, options, { typed, refused: { form: 'profile', refusal } }),
  })
}

async function pageFor(
  request: FastifyRequest,
  { ownProfile, profiles, ...options }: ProfilePagesOptions,
  page: Partial<Pick<ProfilePage, 'alert' | 'refused'>> & { readonly typed?: TypedProfile },
): Promise<string> {
  const reader = readerOf(request, options)
  const { accountId } = reader.user
  const own = await ownProfile.read(accountId)
  // An administrator needs a permission of its own for private details.
  const stored = { ...typedOf(own), ...(reader.viewing !== null && { home_address: '' }) }
  const { imageUrl } = await profiles.get(accountId)
  return profilePage(reader, {
    typed: stored,
    stored,
    // It could be used to guess what the page does not show.
    version: reader.viewing === null ? own.version : '',
    hasPicture: imageUrl !== null,
    pictureSizeMaxBytes: options.pictureSizeMaxBytes,
    countryCodes: profiles.countryCodes,
    alert: null,
    refused: null,
    ...page,
  })
}
