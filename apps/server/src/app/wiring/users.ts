import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import { AccountsService } from '../../features/users/accounts/service.ts'
import { PicturesRepository } from '../../features/users/pictures/repository.ts'
import { PicturesService } from '../../features/users/pictures/service.ts'
import { storeOf } from '../../features/users/pictures/stores/stores.ts'
import { ProfilesRepository } from '../../features/users/profiles/repository.ts'
import { ProfilesService } from '../../features/users/profiles/service.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'

export type Users = ReturnType<typeof wireUsers>

export function wireUsers(above: Platform & Safeguards) {
  const { config, publicUrl } = above
  const accounts = new AccountsService({
    ...above,
    accounts: new AccountsRepository(),
    defaultRegion: config.defaultRegion,
    usernameRestDays: config.usernameRestDays,
  })
  const pictures = new PicturesService({
    ...above,
    accounts,
    pictures: new PicturesRepository(),
    store: storeOf(config),
    publicUrl: publicUrl.get,
    sizeMaxBytes: config.pictureSizeMaxBytes,
    uploadsPerHour: config.pictureUploadsPerHour,
  })
  const profiles = new ProfilesService({ ...above, profiles: new ProfilesRepository(), accounts, pictures })
  return { accounts, pictures, profiles }
}
