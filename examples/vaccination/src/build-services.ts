import { AccountEventsRepository } from './account-events/repository.ts'
import { AccountEventsService } from './account-events/service.ts'
import { BookingsRepository } from './bookings/repository.ts'
import { BookingsService } from './bookings/service.ts'
import { CentresRepository } from './centres/repository.ts'
import { CentresService } from './centres/service.ts'
import { CertificatesService } from './certificates/service.ts'
import type { SigningKey } from './certificates/signing-key.ts'
import type { Database } from './database/database.ts'
import { DosesRepository } from './doses/repository.ts'
import { DosesService } from './doses/service.ts'
import { OldRequestsRepository } from './old-calls/repository.ts'
import { OldCallsService } from './old-calls/service.ts'
import { NationalIds } from './people/national-ids.ts'
import { PeopleRepository } from './people/repository.ts'
import { PeopleService } from './people/service.ts'

export interface ServicesParts {
  readonly database: Database
  readonly nationalIdKey: Buffer
  readonly signingKey: SigningKey
  readonly publicUrl: string
  readonly now: () => Date
}

export type Services = ReturnType<typeof buildServices>

/** Connects the services to the database. They know nothing of HTTP. */
export function buildServices({ database, nationalIdKey, signingKey, publicUrl, now }: ServicesParts) {
  const nationalIds = new NationalIds(nationalIdKey)
  const people = new PeopleRepository()
  const centres = new CentresRepository()
  const bookings = new BookingsRepository()
  const doses = new DosesRepository()
  const oldRequests = new OldRequestsRepository()

  const bookingsService = new BookingsService({ database, people, centres, bookings, now })
  const dosesService = new DosesService({ database, people, bookings, doses, nationalIds, now })
  return {
    people: new PeopleService({ database, people, nationalIds, now }),
    centres: new CentresService({ database, centres, now }),
    bookings: bookingsService,
    doses: dosesService,
    certificates: new CertificatesService({ doses: dosesService, signingKey, publicUrl, now }),
    accountEvents: new AccountEventsService({
      database,
      events: new AccountEventsRepository(),
      people,
      bookings,
      bookingsService,
      doses,
      oldRequests,
      now,
    }),
    oldCalls: new OldCallsService({ database, requests: oldRequests, now }),
  }
}
