import { Administrators } from '../../features/authorization/roles/administrators.ts'
import { RolesRepository } from '../../features/authorization/roles/repository.ts'
import { BulkAccountsRepository } from '../../features/users/accounts/bulk/repository.ts'
import { BulkAccountsService } from '../../features/users/accounts/bulk/service.ts'
import { ContactsRepository } from '../../features/users/accounts/contacts/repository.ts'
import { ContactsService } from '../../features/users/accounts/contacts/service.ts'
import { FormerContactsRepository } from '../../features/users/accounts/former-contacts/repository.ts'
import { FormerContactsService } from '../../features/users/accounts/former-contacts/service.ts'
import { IdentifiersService } from '../../features/users/accounts/identifiers/service.ts'
import { PrivateDetailsService } from '../../features/users/accounts/private-details/service.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import { AccountsService } from '../../features/users/accounts/service.ts'
import { UsernamesRepository } from '../../features/users/accounts/usernames/repository.ts'
import { ExternalIdsRepository } from '../../features/users/external-ids/repository.ts'
import { ExternalIdsService } from '../../features/users/external-ids/service.ts'
import { PicturesRepository } from '../../features/users/pictures/repository.ts'
import { PicturesService } from '../../features/users/pictures/service.ts'
import { DatabaseStore } from '../../features/users/pictures/stores/database.ts'
import { storeOf } from '../../features/users/pictures/stores/stores.ts'
import { PictureTransferService } from '../../features/users/pictures/transfers/service.ts'
import { ProfilesRepository } from '../../features/users/profiles/repository.ts'
import { ProfilesService } from '../../features/users/profiles/service.ts'
import { dayMs } from '../../platform/kernel/durations.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Statistics } from './statistics.ts'

export type Users = ReturnType<typeof wireUsers>

export function wireUsers(above: Platform & Safeguards & Statistics) {
  const { config, publicUrl } = above
  const repository = new AccountsRepository()
  const privateDetails = new PrivateDetailsService({ ...above, accounts: repository })
  const formerContactsRepository = new FormerContactsRepository(repository)
  const contactsRepository = new ContactsRepository()
  const formerContacts = new FormerContactsService({
    ...above,
    formerContacts: formerContactsRepository,
    contacts: contactsRepository,
    undoMs: config.contactUndoDays * dayMs,
  })
  const identifiers = new IdentifiersService({
    ...above,
    accounts: repository,
    formerContacts,
    usernames: new UsernamesRepository(),
    defaultRegion: config.defaultRegion,
    costlyNumbers: config.costlyNumbers,
    reservedUsernames: config.reservedUsernames,
    usernameHoldDays: config.usernameHoldDays,
  })
  // The one part of authorization that accounts ask, before the others are made.
  const administrators = new Administrators({ roles: new RolesRepository() })
  const accounts = new AccountsService({
    ...above,
    accounts: repository,
    administrators,
    formerContacts,
    privateDetails,
  })
  const externalIds = new ExternalIdsService({ ...above, accounts, externalIds: new ExternalIdsRepository() })
  const bulkAccounts = new BulkAccountsService({
    ...above,
    accounts: new BulkAccountsRepository(),
    formerContacts,
    privateDetails,
  })
  const contacts = new ContactsService({
    ...above,
    contacts: contactsRepository,
    formerContacts: formerContactsRepository,
  })
  const picturesRepository = new PicturesRepository()
  const pictureStore = storeOf(config, new DatabaseStore(above.db, picturesRepository))
  const pictures = new PicturesService({
    ...above,
    accounts,
    pictures: picturesRepository,
    store: pictureStore,
    publicUrl: publicUrl.get,
    sizeMaxBytes: config.pictureSizeMaxBytes,
    uploadsPerHour: config.pictureUploadsPerHour,
  })
  const profiles = new ProfilesService({ ...above, profiles: new ProfilesRepository(), accounts, pictures })
  return {
    administrators,
    privateDetails,
    identifiers,
    contacts,
    formerContacts,
    accounts,
    externalIds,
    bulkAccounts,
    pictures,
    pictureTransfers: new PictureTransferService({ pictures: picturesRepository, store: pictureStore }),
    profiles,
  }
}
