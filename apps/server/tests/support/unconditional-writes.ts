import { unconditionalWebhookWrites } from './webhook-rows.ts'

/** Writes of repositories that replace whatever is there. */
export const unconditional: Record<string, string> = {
  ...unconditionalWebhookWrites,
  'AccountsRepository.lock': 'changes the row back',
  'AccountsRepository.rename': 'the unique skeletons decide who gets a username',
  'AccountsRepository.update': 'the last change of a person to their own account wins',
  'AccountsRepository.updateFound':
    'the account is locked, or its owner changes a name: the last change wins',
  'AuditRepository.insertIfExists': 'adds a row',
  'AuditPeopleRepository.lockChain': 'counts, as a lock',
  'AuditPeopleRepository.replaceOrigin': 'the chain is locked',
  'AuditPeopleRepository.replaceSubject': 'the chain is locked',
  'BlocksRepository.moveHead': 'the chain is locked',
  'BlocksRepository.storeCut': 'the chain is locked',
  'BlocksRepository.assign': 'the chain is locked, and a sealed event is left alone',
  'CodesRepository.replace': 'a newer code invalidates the older one, whichever it is',
  'CodesRepository.touch': 'changes nothing',
  'DeletionsRepository.markRestored': 'the account is locked',
  'GuessesRepository.insert': 'adds a row',
  'GuessesRepository.rememberClient': 'the account is locked',
  'IdempotencyRepository.storeAnswer': 'the transaction has inserted the row',
  'MessageCountsRepository.touch': 'changes nothing',
  'PasswordsRepository.replace': 'the account is locked, and the old password was confirmed',
  'RevocationsRepository.forget': 'an erasure takes all records',
  'ServersRepository.save': 'each server writes its own row',
  'SessionsRepository.dropRefresh': 'a session that ends can no longer be refreshed',
  'ContactsRepository.remove': 'the account is locked',
  'ContactsRepository.removeUnverified': 'the account is locked',
  'ContactsRepository.replace': 'the account is locked, and the unique identifiers decide who gets a contact',
  'ContactsRepository.replaceAll':
    'the account is locked, and the unique identifiers decide who gets a contact',
  'FormerContactsRepository.addLink': 'the account is locked',
  'UserSecretsRepository.replace': 'the account is locked, and the owner has confirmed',
  'UsernamesRepository.handOver': 'both accounts are locked',
  'UsernamesRepository.detach': 'the transaction has created the account',
  'UsernamesRepository.replace': 'the unique skeletons decide who gets a username',
}
