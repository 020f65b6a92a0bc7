import { ContactsRepository } from '../../features/users/accounts/contacts/repository.ts'
import { ContactsService } from '../../features/users/accounts/contacts/service.ts'
import { IdentifiersService } from '../../features/users/accounts/identifiers/service.ts'
import { PrivateDetailsService } from '../../features/users/accounts/private-details/service.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import { AccountsService } from '../../features/users/accounts/service.ts'
import { UsernamesRepository } from '../../features/users/accounts/usernames/repository.ts'
import { PicturesRepository } from '../../features/users/pictures/repository.ts'
import { PicturesService } from '../../features/users/pictures/service.ts'
import { DatabaseStore } from '../../features/users/pictures/stores/database.ts'
import { storeOf } from '../../features/users/pictures/stores/stores.ts'
import { ProfilesRepository } from '../../features/users/profiles/repository.ts'
import { ProfilesService } from '../../features/users/profiles/service.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'

export type Users = ReturnType<typeof wireUsers>

export function wireUsers(above: Platform & Safeguards) {
  const { config, publicUrl } = above
  const repository = new AccountsRepository()
  const privateDetails = new PrivateDetailsService({ ...above, accounts: repository })
  const identifiers = new IdentifiersService({
    ...above,
    accounts: repository,
    usernames: new UsernamesRepository(),
    defaultRegion: config.defaultRegion,
    costlyNumbers: config.costlyNumbers,
    reservedUsernames: config.reservedUsernames,
    usernameHoldDays: config.usernameHoldDays,
  })
  const accounts = new AccountsService({ ...above, accounts: repository, privateDetails })
  const contacts = new ContactsService({ ...above, contacts: new ContactsRepository() })
  const picturesRepository = new PicturesRepository()
  const pictures = new PicturesService({
    ...above,
    accounts,
    pictures: picturesRepository,
    store: storeOf(config, new DatabaseStore(above.db, picturesRepository)),
    publicUrl: publicUrl.get,
    sizeMaxBytes: config.pictureSizeMaxBytes,
    uploadsPerHour: config.pictureUploadsPerHour,
  })
  const profiles = new ProfilesService({ ...above, profiles: new ProfilesRepository(), accounts, pictures })
  return { privateDetails, identifiers, contacts, accounts, pictures, profiles }
}
