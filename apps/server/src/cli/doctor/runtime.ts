import type { Finding } from './finding.ts'

/** What is older than this version needs does not come so far as to ask. */
export function checkNode(version: string = process.versions.node): readonly Finding[] {
  const major = Number(version.split('.')[0])
  if (major % 2 === 0) return []
  return [
    {
      severity: 'note',
      code: 'node_not_long_term',
      summary: `Node ${version} is of a line that gets security fixes for some months only.`,
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
      summary: 'Phone numbers in national form, such as 0712345678, are refused.',
      advice: 'Set PROXIMA_DEFAULT_REGION, such as KE, if most users are in one country.',
    },
  ]
}
