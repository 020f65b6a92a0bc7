import type { Finding } from '../../features/administration/deployment/model.ts'

/** Does not check for a Node that is too old, because bin/proxima.js refuses it. */
export function checkNode(): readonly Finding[] {
  return judgeNode(process.versions.node)
}

export function judgeNode(version: string): readonly Finding[] {
  const major = Number(version.split('.')[0])
  if (major % 2 === 0) return []
  return [
    {
      severity: 'note',
      code: 'node_not_long_term',
      summary: `Node ${version} gets security fixes for only a few months.`,
      advice: `Use Node ${major + 1} or ${major - 1}, which are supported for years.`,
    },
  ]
}

export function checkRegion({
  defaultRegion,
}: {
  readonly defaultRegion: string | null
}): readonly Finding[] {
  if (defaultRegion !== null) return []
  return [
    {
      severity: 'note',
      code: 'region_missing',
      summary: 'The server refuses phone numbers in national form, such as 0712345678.',
      advice: 'Set PROXIMA_DEFAULT_REGION, for example to KE, if most users are in one country.',
    },
  ]
}
