import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.ts'
import { openDatabase } from '../src/database/open-database.ts'
import { loadSecrets } from '../src/secrets.ts'
import { openCentre, owner, today, type Wired, wire } from './wired-services.ts'

const amina = owner('amina')
const baraka = owner('baraka')
const failure = (code: string): unknown => expect.objectContaining({ code })

let database: Database
let services: Wired['services']

beforeEach(async () => {
  database = await openDatabase('sqlite::memory:')
  services = (await wire(database)).services
})

afterEach(async () => await database.close())

async function register(person: typeof amina) {
  return await services.people.register(person, person.nationalId)
}

async function placesLeft() {
  const [opening] = await services.centres.openings()
  return opening === undefined ? null : opening.placesTotal - opening.placesTaken
}

describe('a registration', () => {
  it('needs a contact that is confirmed', async () => {
    const stranger = { ...amina, hasVerifiedContact: false }
    await expect(register(stranger)).rejects.toEqual(failure('contact_not_verified'))
  })

  it('needs the national id of the account, however it is written', async () => {
    const { people } = services
    await expect(people.register(amina, 'id baraka')).rejects.toEqual(failure('national_id_mismatch'))
    const without = { ...amina, nationalId: null }
    await expect(people.register(without, 'id amina')).rejects.toEqual(failure('national_id_mismatch'))
    expect(await people.register(amina, 'ID-AMINA')).toEqual(await people.get('amina'))
  })

  it('is possible once for each account and each national id', async () => {
    await register(amina)
    await expect(register(amina)).rejects.toEqual(failure('already_registered'))
    const second = { ...baraka, nationalId: amina.nationalId }
    await expect(register(second)).rejects.toEqual(failure('national_id_registered'))
  })

  it('stores only a digest of the national id', async () => {
    await register(amina)
    const [row] = await database.select('SELECT * FROM people')
    expect(row).toMatchObject({ national_id_digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(JSON.stringify(row)).not.toMatch(/id ?amina/i)
  })
})

describe('an appointment', () => {
  it('takes a place, and gives it back when it is cancelled', async () => {
    const opening = await openCentre(services, 2)
    await register(amina)
    const booking = await services.bookings.book('amina', opening)
    expect(await services.bookings.find('amina')).toEqual(booking)
    expect(await placesLeft()).toBe(1)
    await services.bookings.cancel('amina')
    expect(await placesLeft()).toBe(2)
    await expect(services.bookings.cancel('amina')).rejects.toEqual(failure('booking_not_found'))
  })

  it('is refused if the day is full, over or unknown, and to strangers and a second time', async () => {
    const opening = await openCentre(services, 1)
    await register(amina)
    await register(baraka)
    const { bookings } = services
    await expect(bookings.book('amina', { ...opening, day: '2026-11-20' })).rejects.toEqual(
      failure('day_over'),
    )
    await expect(bookings.book('amina', { ...opening, day: '2026-11-22' })).rejects.toEqual(
      failure('opening_not_found'),
    )
    await expect(bookings.book('stranger', opening)).rejects.toEqual(failure('not_registered'))
    await bookings.book('amina', opening)
    await expect(bookings.book('amina', opening)).rejects.toEqual(failure('already_booked'))
    await expect(bookings.book('baraka', opening)).rejects.toEqual(failure('no_place_left'))
    expect(await placesLeft()).toBe(0)
  })

  it('stays when a planner wants fewer places than are taken', async () => {
    const opening = await openCentre(services, 2)
    await register(amina)
    await services.bookings.book('amina', opening)
    await expect(services.centres.setPlaces(opening, 0)).rejects.toEqual(failure('places_taken'))
    await services.centres.setPlaces(opening, 1)
    expect(await placesLeft()).toBe(0)
  })
})

describe('a dose', () => {
  const given = { nationalId: 'ID AMINA', vaccine: 'Polio', lot: 'P-17' }

  it('is found by the national id, and ends the appointment', async () => {
    const opening = await openCentre(services, 1)
    await register(amina)
    await services.bookings.book('amina', opening)
    const dose = await services.doses.record('nurse', { ...given, centreId: opening.centreId })
    expect(dose).toMatchObject({ number: 1, vaccine: 'Polio', day: today })
    expect(await services.doses.list('amina')).toEqual([dose])
    expect(await services.bookings.find('amina')).toBeNull()
    expect(await placesLeft()).toBe(0)
  })

  it('needs an appointment at this centre', async () => {
    const { centreId } = await openCentre(services, 1)
    const record = () => services.doses.record('nurse', { ...given, centreId })
    await expect(record()).rejects.toEqual(failure('person_not_found'))
    await register(amina)
    await expect(record()).rejects.toEqual(failure('no_booking_here'))
    await services.bookings.book('amina', await openCentre(services, 1))
    await expect(record()).rejects.toEqual(failure('no_booking_here'))
    expect(await services.doses.list('amina')).toEqual([])
  })
})

describe('a deleted account', () => {
  const deleted = (eventId: string, accountId: string) =>
    services.accountEvents.anonymise({ eventId, accountId })

  it('leaves doses that belong to no one, and frees its place', async () => {
    const opening = await openCentre(services, 2)
    await register(amina)
    const { centreId } = opening
    await services.bookings.book('amina', opening)
    await services.doses.record('nurse', { nationalId: 'id amina', vaccine: 'Polio', lot: 'P-17', centreId })
    await services.bookings.book('amina', opening)
    expect(await placesLeft()).toBe(0)
    await deleted('1', 'amina')
    await deleted('2', 'nurse')
    expect(await placesLeft()).toBe(1)
    await expect(services.people.get('amina')).rejects.toEqual(failure('not_registered'))
    const [person] = await database.select('SELECT * FROM people')
    expect(person).toMatchObject({ account_id: null, national_id_digest: null })
    expect(await database.select('SELECT * FROM doses')).toMatchObject([
      { vaccine: 'Polio', recorded_by: null },
    ])
  })

  it('can be restored and register again, whatever old event arrives again', async () => {
    await register(amina)
    await deleted('1', 'amina')
    const again = await register(amina)
    await deleted('1', 'amina')
    expect(await services.people.get('amina')).toEqual(again)
  })
})

describe('what the service keeps', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
  })
  afterEach(async () => await rm(folder, { recursive: true }))

  it('is there after a restart', async () => {
    const url = `sqlite:${join(folder, 'vaccination.sqlite')}`
    const before = await openDatabase(url)
    await openCentre((await wire(before)).services, 3)
    await before.close()
    const after = await openDatabase(url)
    expect(await (await wire(after)).services.centres.openings()).toMatchObject([{ placesTotal: 3 }])
    await after.close()
  })

  it('has its secrets in a file that only its owner can read', async () => {
    const file = join(folder, 'secrets.json')
    const made = await loadSecrets(file)
    expect(await loadSecrets(file)).toEqual(made)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toContain('national_id_key')
  })
})
