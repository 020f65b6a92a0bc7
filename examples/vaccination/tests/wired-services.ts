import { buildServices, type Services } from '../src/build-services.ts'
import { createPrivateJwk, readSigningKey, type SigningKey } from '../src/certificates/signing-key.ts'
import type { Database } from '../src/database/database.ts'

export const publicUrl = 'https://vaccination.example'
export const today = '2026-11-21'

export interface Wired {
  readonly services: Services
  readonly signingKey: SigningKey
}

/** The services on a database, at a fixed time. */
export async function wire(database: Database): Promise<Wired> {
  const signingKey = await readSigningKey(await createPrivateJwk())
  const now = () => new Date(`${today}T09:30:00Z`)
  const nationalIdKey = Buffer.alloc(32, 7)
  return { services: buildServices({ database, nationalIdKey, signingKey, publicUrl, now }), signingKey }
}

/** Someone whose account has a confirmed contact and a national id. */
export function owner(accountId: string) {
  return { accountId, hasVerifiedContact: true, nationalId: `id ${accountId}`, name: 'Juma Otieno' }
}

/** A centre that is open today. */
export async function openCentre({ centres }: Services, places: number) {
  const { id } = await centres.create({ name: 'Riverside', address: '1 Quay Road' })
  const opening = { centreId: id, day: today }
  await centres.setPlaces(opening, places)
  return opening
}
