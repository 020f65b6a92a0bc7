import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildServices, type Services } from '../src/build-services.ts'
import { inTransaction, openDatabase } from '../src/database/open-database.ts'

const amina = { id: 'amina', isAdministrator: false }
const baraka = { id: 'baraka', isAdministrator: false }
const administrator = { id: 'zawadi', isAdministrator: true }
const firstPage = { page: 1, size: 50 }

let database: DatabaseSync
let services: Services
let nowMs = Date.parse('2026-11-21T09:30:00Z')

beforeEach(() => {
  database = openDatabase(':memory:')
  services = buildServices(database, () => new Date(nowMs++))
})

afterEach(() => database.close())

function createActivity(viewer: typeof amina, name = 'Running') {
  return services.activities.create(viewer, { name, description: null })
}

function namesFor(viewer: typeof amina, request = firstPage) {
  return services.activities.list(viewer, request).items.map(({ name }) => name)
}

describe('lists', () => {
  it('have the newest activity first, and say how many there are on all pages', () => {
    for (const name of ['one', 'two', 'three']) createActivity(amina, name)
    expect(namesFor(amina, { page: 1, size: 2 })).toEqual(['three', 'two'])
    expect(namesFor(amina, { page: 2, size: 2 })).toEqual(['one'])
    expect(services.activities.list(amina, { page: 3, size: 2 })).toMatchObject({ items: [], total: 3 })
  })

  it('have the latest moment first, whenever it was written down', () => {
    const { id } = createActivity(amina)
    for (const day of ['02', '03', '01'])
      services.moments.create(amina, id, { note: day, happenedAt: new Date(`2026-11-${day}T12:00:00Z`) })
    const { items } = services.moments.list(amina, null, firstPage)
    expect(items.map(({ note }) => note)).toEqual(['03', '02', '01'])
  })

  it('have the moments of one activity, if the caller wants that', () => {
    const [running, reading] = [createActivity(amina), createActivity(amina, 'Reading')]
    services.moments.create(amina, running.id, {})
    services.moments.create(amina, reading.id, { note: 'a novel' })
    const { items, total } = services.moments.list(amina, reading.id, firstPage)
    expect(items).toMatchObject([{ note: 'a novel' }])
    expect(total).toBe(1)
    expect(services.moments.list(baraka, reading.id, firstPage).total).toBe(0)
  })
})

describe('an item of another user', () => {
  it('is not in the list, and cannot be read, changed or deleted', () => {
    const activity = createActivity(amina)
    const moment = services.moments.create(amina, activity.id, {})
    const { activities, moments } = services
    expect(namesFor(baraka)).toEqual([])
    for (const attempt of [
      () => activities.get(baraka, activity.id),
      () => activities.change(baraka, activity.id, { name: 'Mine' }),
      () => activities.delete(baraka, activity.id),
      () => moments.create(baraka, activity.id, {}),
    ])
      expect(attempt).toThrow(expect.objectContaining({ code: 'activity_not_found' }))
    for (const attempt of [
      () => moments.get(baraka, moment.id),
      () => moments.change(baraka, moment.id, { note: 'mine' }),
      () => moments.delete(baraka, moment.id),
    ])
      expect(attempt).toThrow(expect.objectContaining({ code: 'moment_not_found' }))
    expect(activities.get(amina, activity.id)).toEqual(activity)
    expect(moments.get(amina, moment.id)).toEqual(moment)
  })

  it('is seen by an administrator, who cannot change it', () => {
    const activity = createActivity(amina)
    const moment = services.moments.create(amina, activity.id, {})
    expect(namesFor(administrator)).toEqual(['Running'])
    expect(services.moments.get(administrator, moment.id)).toEqual(moment)
    for (const attempt of [
      () => services.activities.change(administrator, activity.id, { name: 'Theirs' }),
      () => services.activities.delete(administrator, activity.id),
      () => services.moments.create(administrator, activity.id, {}),
      () => services.moments.delete(administrator, moment.id),
    ])
      expect(attempt).toThrow(expect.objectContaining({ code: 'not_owner' }))
  })
})

describe('an activity', () => {
  it('takes its moments with it when it is deleted', () => {
    const { id } = createActivity(amina)
    services.moments.create(amina, id, {})
    services.activities.delete(amina, id)
    expect(services.moments.list(administrator, null, firstPage).total).toBe(0)
  })

  it('cannot have the moment of another user, even if the program tries', () => {
    const { id } = createActivity(amina)
    const insert = database.prepare(
      `INSERT INTO moments (id, activity_id, owner_id, happened_at, created_at, updated_at)
       VALUES ('1', ?, 'baraka', '', '', '')`,
    )
    expect(() => insert.run(id)).toThrow('FOREIGN KEY')
  })
})

describe('the data of a user who deletes the account', () => {
  const event = (id: string, type: 'user.deleted' | 'user.restored' | 'user.erased') =>
    services.accountEvents.handle({ id, type, userId: amina.id })
  const stored = () => database.prepare('SELECT count(*) AS count FROM moments').get()?.['count']

  beforeEach(() => {
    services.moments.create(amina, createActivity(amina).id, {})
    createActivity(baraka, 'Reading')
  })

  it('is hidden from everyone', () => {
    event('1', 'user.deleted')
    expect(namesFor(administrator)).toEqual(['Reading'])
    expect(services.moments.list(administrator, null, firstPage).total).toBe(0)
  })

  it('comes back when the account does', () => {
    event('1', 'user.deleted')
    event('2', 'user.restored')
    expect(namesFor(administrator)).toEqual(['Reading', 'Running'])
  })

  it('is erased with the account, and only that', () => {
    event('1', 'user.deleted')
    event('2', 'user.erased')
    expect(namesFor(administrator)).toEqual(['Reading'])
    expect(stored()).toBe(0)
  })

  it('stays when an old event arrives again', () => {
    event('1', 'user.deleted')
    event('2', 'user.restored')
    event('1', 'user.deleted')
    expect(namesFor(amina)).toEqual(['Running'])
  })
})

describe('the database', () => {
  it('undoes everything if a part of the work fails', () => {
    const fail = () =>
      inTransaction(database, () => {
        createActivity(amina)
        throw new Error('the disk is full')
      })
    expect(fail).toThrow('the disk is full')
    expect(namesFor(amina)).toEqual([])
  })

  it('is brought up to date once, and keeps its data', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moments-'))
    const file = join(folder, 'moments.sqlite')
    const before = openDatabase(file)
    buildServices(before, () => new Date(nowMs)).activities.create(amina, { name: 'Kept', description: null })
    before.close()
    const after = openDatabase(file)
    const { items } = buildServices(after, () => new Date(nowMs)).activities.list(amina, firstPage)
    expect(items).toMatchObject([{ name: 'Kept' }])
    after.exec('PRAGMA user_version = 99')
    after.close()
    expect(() => openDatabase(file)).toThrow('A newer version')
    await rm(folder, { recursive: true })
  })
})
