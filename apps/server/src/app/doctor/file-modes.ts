import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { isReadByOthers, isWrittenByOthers, modeOf, octal } from './modes.ts'

type Settings = Pick<Config, 'dataDir' | 'databaseUrl'>

export function checkFileModes({ dataDir, databaseUrl }: Settings): readonly Finding[] {
  const files =
    databaseUrl.engine === 'sqlite' ? ['', '-wal', '-shm'].map((side) => databaseUrl.path + side) : []
  return [...checkFolder(dataDir), ...files.flatMap(checkFile)]
}

function checkFile(path: string): readonly Finding[] {
  const mode = modeOf(path)
  if (!isReadByOthers(mode)) return []
  return [
    {
      severity: 'error',
      code: 'database_exposed',
      summary: `Other users can open ${path}, which holds password hashes (mode ${octal(mode)}).`,
      advice: `Run: chmod 600 ${path}`,
    },
  ]
}

function checkFolder(path: string): readonly Finding[] {
  const mode = modeOf(path)
  if (!isReadByOthers(mode)) return []
  if (isWrittenByOthers(mode))
    return [
      {
        severity: 'error',
        code: 'data_dir_exposed',
        summary: `Other users can replace files in ${path} (mode ${octal(mode)}).`,
        advice: `Run: chmod 700 ${path}`,
      },
    ]
  return [
    {
      severity: 'note',
      code: 'data_dir_listed',
      summary: `Other users can see which files are in ${path} (mode ${octal(mode)}).`,
      advice: `Run: chmod 700 ${path}`,
    },
  ]
}
