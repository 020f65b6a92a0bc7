import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { Image, Variant } from '../../../users/pictures/model.ts'
import type { PicturesService } from '../../../users/pictures/service.ts'
import type { Profile, ProfilePatch } from '../../../users/profiles/model.ts'
import type { ProfilesService } from '../../../users/profiles/service.ts'

export interface ContactCardOptions {
  readonly pictures: Pick<PicturesService, 'admit' | 'read' | 'remove' | 'replace'>
  readonly profiles: Pick<ProfilesService, 'checkRules' | 'get' | 'update'>
}

/** The front end puts the bytes into an address of an image, and every browser shows JPEG there. */
const shownVariant: Variant = { size: 512, format: 'jpeg' }

/** The profile and the picture of an account, which the old backend kept in one place. */
export class ContactCards {
  readonly #options: ContactCardOptions

  constructor(options: ContactCardOptions) {
    this.#options = options
  }

  async read({ accountId }: Principal): Promise<{ readonly profile: Profile; readonly image: Image | null }> {
    const { pictures, profiles } = this.#options
    const [profile, image] = [await profiles.get(accountId), await pictures.read(accountId, shownVariant)]
    return { profile, image }
  }

  /**
   * Changes the profile, and the picture: undefined keeps it, and null removes it. If anything is refused, nothing
   * changes: the form of the front end still has what was typed.
   * @throws `validation_failed`, `too_large`, `unsupported_media_type`, `rate_limited`, `overloaded`, `unavailable`
   */
  async write(
    caller: Principal,
    { image, patch }: { readonly image: Buffer | null | undefined; readonly patch: ProfilePatch },
    context: RequestContext,
  ): Promise<void> {
    const { pictures, profiles } = this.#options
    // Before the picture: a refusal later would leave a part of the change behind.
    profiles.checkRules(patch)
    if (image === null) await pictures.remove(caller, context)
    else if (image !== undefined) await this.#replacePicture(caller, image, context)
    await profiles.update(caller.accountId, patch, null, context)
  }

  async #replacePicture(caller: Principal, image: Buffer, context: RequestContext): Promise<void> {
    const { pictures } = this.#options
    const place = await pictures.admit(caller.accountId, context, () => undefined)
    // All of the picture is here, so nothing is gained by making room for another one.
    place.keep()
    try {
      await pictures.replace(caller, image, context)
    } finally {
      place.release()
    }
  }
}
