/** Methods of repositories that take an id, but select no row by its owner. */
export const withoutOwner: Record<string, string> = {
  'AccountsRepository.listSealed': 'reads all accounts, a page after an id',
  'ProfilesRepository.listSealed': 'reads all profiles, a page after an id',
  'SessionsRepository.listSealed': 'reads all sessions, a page after an id',
  'ApiKeysRepository.insert': 'adds a row',
  'PasswordsRepository.insert': 'adds a row',
  'ProfilesRepository.insert': 'adds a row',
  'SearchTermsRepository.insert': 'adds rows',
  'UserJobsRepository.insertItems': 'adds rows',
  'UserJobsRepository.count': 'counts for a job, whose claim it checks',
  'UserSecretsRepository.insert': 'adds a row',
  'SessionsRepository.insertion': 'adds a row',
  'DeletionsRepository.insert': 'adds a row',
  'DeletionsRepository.keepReceipt': 'adds a row',
  'VerificationRepository.listErased': 'reads the erasures of pseudonyms',
  'PicturesRepository.insert': 'adds a row',
}
