import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Finding } from '../../features/administration/deployment/model.ts'
import { picturesFolder, secretFile } from '../../platform/config/data-folder.ts'
import type { Config } from '../../platform/config/load-config.ts'

type Settings = Pick<Config, 'dataDir' | 'databaseUrl' | 'secret' | 'pictureStore'>

/** Looks for folders in which the server must create something at start, but has no right to. Creates nothing. */
export function checkDataFolder(config: Settings): readonly Finding[] {
  return [...new Set(pathsToCreate(config).map(nearest))].flatMap((path) => judge(path, config))
}

function pathsToCreate(config: Settings): readonly string[] {
  const { databaseUrl, secret, pictureStore } = config
  const paths = [
    ...(databaseUrl.engine === 'sqlite' ? [databaseUrl.path] : []),
    ...(secret === null ? [secretFile(config)] : []),
  ].filter((path) => !existsSync(path))
  return [...paths.map(dirname), ...(pictureStore === 'file' ? [picturesFolder(config)] : [])]
}

/** The nearest path that exists, because a start creates the missing folders below it. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

function judge(path: string, { dataDir }: Settings): readonly Finding[] {
  const reason = reasonAgainst(path)
  if (reason === null) return []
  return [
    {
      severity: 'error',
      code: 'data_dir_unusable',
      summary: `The server cannot store anything in ${path}: ${reason}.`,
      advice: `Set PROXIMA_DATA_DIR (now ${dataDir}) to a folder that the server may write to.`,
    },
  ]
}

function reasonAgainst(path: string): string | null {
  if (!statSync(path).isDirectory()) return 'it is not a folder'
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return null
  } catch {
    return `this user may not write there (it belongs to user ${statSync(path).uid})`
  }
}
