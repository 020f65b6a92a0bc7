import type { KeysService } from '../features/session-management/keys/service.ts'
import { accessTokenAlgorithm } from '../features/session-management/tokens/model.ts'
import { DamagedSeal, WrongMasterSecret } from '../platform/crypto/sealing.ts'
import type { Connection } from '../platform/database/connect.ts'
import { databaseObstacles, isCopyUnfinished, isCurrent } from '../platform/database/migrator.ts'
import { type Obstacle, obstacleCodes } from '../platform/database/obstacle.ts'

/** Every reason why a server that reaches its database does not start. The codes are stable, for programs. */
export const refusalCodes = [
  'copy_unfinished',
  ...obstacleCodes,
  'wrong_master_secret',
  'damaged_seal',
] as const

export interface Refusal {
  readonly code: (typeof refusalCodes)[number]
  readonly summary: string
  readonly advice: string
}

export interface Starting {
  readonly connection: Connection
  /** True if the start would apply pending migrations. */
  readonly migrates: boolean
  readonly keys: Pick<KeysService, 'assertOpens'>
}

type Precondition = (starting: Starting) => Promise<readonly Refusal[]>

/** What must be true before a server answers calls. `start` refuses if it is not, and `doctor` reports the same. */
const preconditions: readonly Precondition[] = [copyIsFinished, databaseIsFit, dataOpens]

/** Changes nothing. The later preconditions are checked only if the earlier ones are true. */
export async function findRefusals(starting: Starting): Promise<readonly Refusal[]> {
  for (const precondition of preconditions) {
    const refusals = await precondition(starting)
    if (refusals.length > 0) return refusals
  }
  return []
}

export class StartRefused extends Error {
  readonly refusals: readonly Refusal[]

  constructor(refusals: readonly Refusal[]) {
    super(refusals.map(({ summary, advice }) => `${summary} ${advice}`).join('\n'))
    this.name = 'StartRefused'
    this.refusals = refusals
  }
}

/** @throws StartRefused */
export async function assertStartable(starting: Starting): Promise<void> {
  const refusals = await findRefusals(starting)
  if (refusals.length > 0) throw new StartRefused(refusals)
}

async function copyIsFinished({ connection }: Starting): Promise<readonly Refusal[]> {
  if (!(await isCopyUnfinished(connection))) return []
  return [
    {
      code: 'copy_unfinished',
      summary:
        'A copy into this database did not finish: part of the data is missing, and no server starts on it.',
      advice: 'Run "proxima db copy --restart" again, or use the source of the copy.',
    },
  ]
}

function databaseIsFit({ connection, migrates }: Starting): Promise<readonly Obstacle[]> {
  return databaseObstacles(connection, { migrates })
}

// The key that signs stands for all data: a rotation of the secret seals it again last.
async function dataOpens({ connection, keys }: Starting): Promise<readonly Refusal[]> {
  if (!(await isCurrent(connection))) return []
  try {
    await keys.assertOpens(accessTokenAlgorithm)
    return []
  } catch (error) {
    if (error instanceof WrongMasterSecret) return [{ ...sentencesOf(error), code: 'wrong_master_secret' }]
    if (error instanceof DamagedSeal) return [{ ...sentencesOf(error), code: 'damaged_seal' }]
    throw error
  }
}

function sentencesOf({ summary, advice }: WrongMasterSecret | DamagedSeal) {
  return { summary, advice }
}
