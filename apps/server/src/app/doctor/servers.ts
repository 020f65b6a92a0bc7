import type { Finding } from '../../features/administration/deployment/model.ts'
import type { RunningServer } from '../../features/safeguards/servers/model.ts'

/** Compares the servers that run on one database. */
export function judgeServers(servers: readonly RunningServer[]): readonly Finding[] {
  if (servers.length < 2) return []
  return [...judgePublicUrls(servers), ...judgeSecrets(servers), ...judgeVersions(servers)]
}

function judgePublicUrls(servers: readonly RunningServer[]): readonly Finding[] {
  const urls = new Set(servers.map(({ publicUrl }) => publicUrl))
  if (urls.size < 2 && !urls.has(null)) return []
  const [first] = urls
  const given = urls.size < 2 && first === null ? 'none has one' : [...urls].map(String).join(', ')
  return [
    {
      severity: 'error',
      code: 'public_urls_differ',
      summary: `${servers.length} servers run on this database, but they do not have the same public URL: ${given.replaceAll('null', 'none')}. Each refuses the tokens of the others.`,
      advice: 'Set PROXIMA_PUBLIC_URL to the same address on every server.',
    },
  ]
}

function judgeSecrets(servers: readonly RunningServer[]): readonly Finding[] {
  const current = new Set(servers.map(({ secretIds: [id] }) => id))
  if (current.size < 2) return []
  const isOpenToAll = servers.every(({ secretIds }) =>
    [...current].every((id) => secretIds.includes(id ?? '')),
  )
  const hosts = servers.map(({ host, secretIds: [id] }) => `${host} (${id})`).join(', ')
  return [
    {
      severity: isOpenToAll ? 'note' : 'error',
      code: 'secrets_differ',
      summary: isOpenToAll
        ? `The servers seal with different secrets, and each can open the data of the others: ${hosts}.`
        : `The servers seal with different secrets, and not every one can open the data of the others: ${hosts}.`,
      advice: 'Complete the rotation of the master secret, as docs/guides/keys.md describes.',
    },
  ]
}

function judgeVersions(servers: readonly RunningServer[]): readonly Finding[] {
  const versions = new Set(servers.map(({ version }) => version))
  if (versions.size < 2) return []
  return [
    {
      severity: 'note',
      code: 'versions_differ',
      summary: `The servers have different versions: ${[...versions].join(', ')}.`,
      advice: 'This works during an upgrade. Upgrade every server soon.',
    },
  ]
}
