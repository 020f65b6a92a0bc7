/** What a permission of the server allows, in words. */
const texts: Readonly<Record<string, readonly [title: string, note: string]>> = {
  'users:read': ['See people', 'Names, contacts and sessions. Never passwords or secrets.'],
  'users:write': ['Change people', 'Create, invite, suspend, start a recovery, end sessions.'],
  'users:delete': ['Delete people', 'Delete, restore and merge accounts.'],
  'users:export': ['Save people as a file', 'All people that match, as CSV.'],
  'users:private': ['See private details', 'Addresses and national ids.'],
  'users:reset-factors': ['Reset second factors', 'For people who have lost them all, with a reason.'],
  'users:impersonate': [
    'See an account as its owner',
    'For a short time, with a reason. Nothing can be changed.',
  ],
  'roles:read': ['See roles', 'Roles and their permissions.'],
  'roles:write': ['Change roles', 'No one can give what they do not have.'],
  'audit:read': ['Read events', 'All that happened, with addresses.'],
  'statistics:read': ['See figures', 'Numbers of people, sign-ins and messages.'],
  'messages:read': ['See messages', 'Their state. Never their text or address.'],
  'messages:write': ['Send messages again', 'Those that were given up.'],
  'settings:read': ['See settings', 'All but secrets, and what the server finds wrong.'],
  'clients:read': ['See clients', 'Programs that get tokens.'],
  'clients:write': ['Change clients', 'And their secrets.'],
  'keys:write': ['Change API keys of programs', 'Create, replace and revoke them.'],
  'tokens:introspect': ['Check tokens', 'For services that ask whether a token is valid.'],
  'webhooks:read': ['See webhooks', 'Endpoints and deliveries.'],
  'webhooks:write': ['Change webhooks', 'Endpoints and their secrets.'],
}

export const ownPermissions = Object.keys(texts)

export function textOfPermission(permission: string) {
  const [title, note] = texts[permission] ?? [permission, 'A permission of an application.']
  return { title, note }
}
