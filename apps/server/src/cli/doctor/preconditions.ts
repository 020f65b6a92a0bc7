import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { findRefusals } from '../../app/preconditions.ts'
import { PublicUrl } from '../../app/public-url.ts'
import { wire } from '../../app/wire.ts'
import { secretFile } from '../../platform/config/data-folder.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { readMasterSecret } from '../../platform/config/master-secret.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import type { Finding } from './finding.ts'
import { askDatabase } from './with-database.ts'

/** Reports what a start on this database would refuse. */
export async function checkPreconditions(config: Config): Promise<readonly Finding[]> {
  const refusals = await askDatabase(config.databaseUrl, async (connection) => {
    const { db, engine } = connection
    const publicUrl = new PublicUrl(config.publicUrl)
    const masterSecret = masterSecretOf(config)
    const { keys } = wire({ config, masterSecret, publicUrl, db, engine, redis: null, clock: systemClock })
    return await findRefusals({ connection, migrates: config.migrate, keys })
  })
  return (refusals ?? []).map((refusal) => ({ severity: 'error', ...refusal }))
}

/** If a start would create the secret, this check tries one that is not stored. It opens no data, as that one would not. */
function masterSecretOf(config: Config): string {
  const isCreatedByStart = config.secret === null && !existsSync(secretFile(config))
  return isCreatedByStart ? randomBytes(48).toString('base64url') : readMasterSecret(config).value
}
