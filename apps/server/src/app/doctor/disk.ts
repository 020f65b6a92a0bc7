import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'

type Settings = Pick<Config, 'dataDir' | 'databaseUrl'>

export interface FileSystem {
  readonly freeBytes: number
  /** The magic number of Linux (`man 2 statfs`); null on other systems, which use other numbers. */
  readonly type: number | null
}

export function checkDisk({ dataDir, databaseUrl }: Settings): readonly Finding[] {
  const isSqlite = databaseUrl.engine === 'sqlite'
  const folder = existing(isSqlite ? dirname(databaseUrl.path) : dataDir)
  return judgeDisk(folder, isSqlite, readFileSystem(folder))
}

const mebibyte = 1_048_576
const errorBelowBytes = 200 * mebibyte
const warningBelowBytes = 1_024 * mebibyte

export function judgeDisk(folder: string, isSqlite: boolean, fileSystem: FileSystem): readonly Finding[] {
  return [...judgeSpace(folder, fileSystem), ...(isSqlite ? judgeType(folder, fileSystem) : [])]
}

function judgeSpace(folder: string, { freeBytes }: FileSystem): readonly Finding[] {
  if (freeBytes >= warningBelowBytes) return []
  return [
    {
      severity: freeBytes < errorBelowBytes ? 'error' : 'warning',
      code: 'disk_nearly_full',
      summary: `Only ${Math.floor(freeBytes / mebibyte)} MiB are free on the disk that holds ${folder}.`,
      advice: 'Free some space: on a full disk, the server answers every write with 503.',
    },
  ]
}

/** Linux, include/uapi/linux/magic.h and the file systems' own headers. */
const networkTypes = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9P'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x73757245, 'Coda'],
])
const fuse = 0x65735546
const tmpfs = 0x01021994
const overlay = 0x794c7630

function judgeType(folder: string, { type }: FileSystem): readonly Finding[] {
  const network = networkTypes.get(type ?? 0)
  if (network !== undefined)
    return [
      {
        severity: 'error',
        code: 'database_on_network',
        summary: `The SQLite database in ${folder} is on a network file system (${network}), where locks do not work reliably.`,
        advice: 'Move it to a local disk, or use PostgreSQL or MariaDB ("proxima db copy" moves the data).',
      },
    ]
  if (type === fuse)
    return [
      {
        severity: 'note',
        code: 'database_on_fuse',
        summary: `The SQLite database in ${folder} is on a FUSE file system.`,
        advice: 'Make sure that it is local and supports locks and fsync.',
      },
    ]
  if (type === tmpfs)
    return [
      {
        severity: 'warning',
        code: 'database_in_memory',
        summary: `The SQLite database in ${folder} is in memory (tmpfs): a restart of the machine deletes it.`,
        advice: 'Set PROXIMA_DATA_DIR to a folder on a disk.',
      },
    ]
  if (type === overlay)
    return [
      {
        severity: 'note',
        code: 'database_in_container',
        summary: `The SQLite database in ${folder} is in a layer of a container, and is lost with the container.`,
        advice: 'Mount a volume at the data folder.',
      },
    ]
  return []
}

function readFileSystem(folder: string): FileSystem {
  const { type, bavail, bsize } = statfsSync(folder)
  return { freeBytes: bavail * bsize, type: process.platform === 'linux' ? type : null }
}

/** The nearest existing folder, because the first start creates the missing ones. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder))
}
