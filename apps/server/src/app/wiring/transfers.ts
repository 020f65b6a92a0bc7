import { Judge } from '../../features/integration/exports/reading/judge.ts'
import { RolesReader } from '../../features/integration/exports/reading/roles.ts'
import { ExportReaderService } from '../../features/integration/exports/reading/service.ts'
import { LineWriter } from '../../features/integration/exports/reading/writer.ts'
import { RowsRepository } from '../../features/integration/exports/repository.ts'
import { ExportsService } from '../../features/integration/exports/service.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Statistics } from './statistics.ts'
import type { Users } from './users.ts'

/** All accounts as one file, and back. */
export function wireTransfers(above: Platform & Safeguards & Statistics & Users) {
  const rows = new RowsRepository()
  const shared = { ...above, rows }
  const judge = new Judge(rows)
  const writer = new LineWriter({ ...shared, judge })
  const roles = new RolesReader(shared)
  return {
    accountExports: new ExportsService(shared),
    accountImports: new ExportReaderService({ ...shared, judge, roles, writer }),
  }
}
