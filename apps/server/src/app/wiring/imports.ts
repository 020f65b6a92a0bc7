import { ImportsService } from '../../features/integration/imports/service.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import type { Services } from '../wire.ts'

/** Wired apart from the other services: only a command needs it, and no server loads it. */
export function wireImports(services: Services, clock: Clock): ImportsService {
  return new ImportsService({ ...services, clock })
}
