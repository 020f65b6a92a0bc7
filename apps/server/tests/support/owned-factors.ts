import { PlacesRepository } from '../../src/features/authentication/new-sign-ins/repository.ts'
import { RecoveryMarksRepository } from '../../src/features/authenticators/contact-codes/recovered-by/repository.ts'
import { LinkedAccountsRepository } from '../../src/features/authenticators/linked-accounts/repository.ts'
import { PasskeysRepository } from '../../src/features/authenticators/passkeys/repository.ts'
import { PasswordsRepository } from '../../src/features/authenticators/passwords/repository.ts'
import { RecoveryCodesRepository } from '../../src/features/authenticators/recovery-codes/repository.ts'
import { TotpRepository } from '../../src/features/authenticators/totp/repository.ts'
import { TrustedDevicesRepository } from '../../src/features/authenticators/trusted-devices/repository.ts'
import { ChallengesRepository } from '../../src/features/session-management/challenges/repository.ts'
import { ProofsRepository } from '../../src/features/session-management/sessions/proofs/repository.ts'
import { isHeld, PreparedWrite } from '../../src/platform/database/prepared-write.ts'
import type { Transaction } from '../../src/platform/database/tables.ts'
import { writeIf } from '../../src/platform/database/write-if.ts'
import type { SessionId } from '../../src/platform/kernel/ids.ts'
import { insertAccount } from './account-rows.ts'
import type { Owner } from './owned-rows.ts'

type Call = (db: Transaction, owner: Owner, stranger: Owner) => Promise<unknown>

const places = new PlacesRepository()
const challenges = new ChallengesRepository()
const trustedDevices = new TrustedDevicesRepository()
const recoveryMarks = new RecoveryMarksRepository()
const recoveryCodes = new RecoveryCodesRepository()
const proofs = new ProofsRepository()
const passwords = new PasswordsRepository()
const totp = new TotpRepository()
const passkeys = new PasskeysRepository()
const linkedAccounts = new LinkedAccountsRepository()
const passkeyUse = { counter: 7, backupState: 'eligible', usedAt: new Date(1) } as const
/** Within the life of the sessions of both owners. */
const moment = { now: new Date(0), idleSince: new Date(0), latestEnd: new Date(Date.UTC(2999, 0)) }
const accepted = { step: 9, now: new Date(1) }

const touch = new PreparedWrite(['id'], (db, { id }: { readonly id: SessionId }, isGuarded) => {
  const one = db.updateTable('sessions').set({ last_seen_at: 1 }).where('id', '=', id)
  return isGuarded ? one.where(isHeld) : one
})

/** Changes the session of the owner if they have no authenticator app. */
const withoutTotp = ({ id, sessionId, version }: Owner) => ({
  guard: passwords.hasPassword(id, version),
  conditions: [totp.hasNone(id)],
  writes: [touch.with({ id: sessionId })],
})

/** The same if they have no passkey. */
const withoutPasskey = (owner: Owner) => ({ ...withoutTotp(owner), conditions: [passkeys.hasNone(owner.id)] })

/** Calls about second factors that find or change something of their owner, and nothing of anyone else. */
export const factorCalls: Record<string, Call> = {
  'ChallengesRepository.delete': (db, { challengeId }) => challenges.delete(db, challengeId),
  'ChallengesRepository.deleteByAccount': (db, { id }) => challenges.deleteByAccount(db, id),
  'PlacesRepository.list': (db, { id }) => places.list(db, id),
  'PlacesRepository.touch': (db, { id, name }) => places.touch(db, id, [`${name} place`], new Date(77)),
  'PlacesRepository.delete': (db, { id, name }) => places.delete(db, id, [`${name} place`]),
  'LinkedAccountsRepository.listByAccount': (db, { id }) => linkedAccounts.listByAccount(db, id),
  'LinkedAccountsRepository.markUsed': (db, { id, linkedAccountId }) =>
    linkedAccounts.markUsed(db, linkedAccountId, id, new Date(1)),
  'LinkedAccountsRepository.move': async (db, { id }) => linkedAccounts.move(db, id, await insertAccount(db)),
  'LinkedAccountsRepository.delete': (db, { id, linkedAccountId }) =>
    linkedAccounts.delete(db, id, linkedAccountId),
  'LinkedAccountsRepository.deleteByAccount': (db, { id }) => linkedAccounts.deleteByAccount(db, id),
  'PasskeysRepository.list': (db, { id }) => passkeys.list(db, id),
  'PasskeysRepository.hasNone': async (db, owner) => {
    const held = () => writeIf(db, withoutPasskey(owner))
    if (await held()) return null
    await passkeys.delete(db, owner.id, owner.factorId)
    return (await held()) && owner.id
  },
  'PasskeysRepository.delete': (db, { id, factorId }) => passkeys.delete(db, id, factorId),
  'PasskeysRepository.rename': (db, { id, factorId }) => passkeys.rename(db, id, factorId, 'another'),
  'PasskeysRepository.restrictAll': async (db, { id, factorId }) => {
    await passkeys.unrestrict(db, factorId)
    return await passkeys.restrictAll(db, id, passkeyUse.usedAt)
  },
  'PasskeysRepository.unrestrict': (db, { factorId }) => passkeys.unrestrict(db, factorId),
  'RecoveryCodesRepository.has': async (db, { id, name }) =>
    (await recoveryCodes.has(db, id, `${name} recovery code`)) && id,
  'RecoveryCodesRepository.delete': (db, { id, name }) =>
    recoveryCodes.delete(db, id, `${name} recovery code`),
  'RecoveryCodesRepository.deleteByAccount': (db, { id }) => recoveryCodes.deleteByAccount(db, id),
  'RecoveryCodesRepository.count': async (db, { id }) => (await recoveryCodes.count(db, id)) === 1 && id,
  'TrustedDevicesRepository.find': (db, { id, name }) => trustedDevices.find(db, id, [`${name} device`]),
  'TrustedDevicesRepository.list': (db, { id }) => trustedDevices.list(db, id),
  'TrustedDevicesRepository.delete': (db, { deviceId, id }) => trustedDevices.delete(db, id, deviceId),
  'TrustedDevicesRepository.deleteByAccount': (db, { id }) => trustedDevices.deleteByAccount(db, id),
  'RecoveryMarksRepository.find': async (db, { id }) => (await recoveryMarks.find(db, id)) !== null && id,
  'RecoveryMarksRepository.delete': (db, { id }) => recoveryMarks.delete(db, id),
  'RecoveryMarksRepository.replace': (db, { id }) =>
    recoveryMarks.replace(db, id, { kind: 'phone_number', recoveredAt: new Date(1) }),
  'ProofsRepository.find': (db, { id, sessionId }) => proofs.find(db, { accountId: id, sessionId }, moment),
  'ProofsRepository.store': (db, { sessionId }) =>
    proofs.store(db, sessionId, { amr: [], authenticatedAt: new Date(1), secondFactorAt: null }),
  'TotpRepository.find': (db, { id }) => totp.find(db, id, 'confirmed'),
  'TotpRepository.hasNone': async (db, owner) => {
    const held = () => writeIf(db, withoutTotp(owner))
    if (await held()) return null
    await totp.delete(db, owner.id, owner.factorId)
    return (await held()) && owner.id
  },
  'TotpRepository.deleteState': (db, { id }) => totp.deleteState(db, id, 'confirmed'),
  'TotpRepository.delete': (db, { id, factorId }) => totp.delete(db, id, factorId),
  'TotpRepository.rename': (db, { id, factorId }) => totp.rename(db, id, factorId, 'another'),
  'TotpRepository.accept': (db, { factorId }) => totp.accept(db, factorId, accepted),
  'TotpRepository.confirm': async (db, { factorId }) => {
    await db.updateTable('totp_secrets').set({ state: 'pending' }).where('id', '=', factorId).execute()
    return await totp.confirm(db, factorId, accepted)
  },
  'TotpRepository.replaceSealed': (db, { factorId, name }) =>
    totp.replaceSealed(db, factorId, { read: `${name} totp`, resealed: 'sealed again' }),
}

/** Calls that name the factor or the session of someone else. They find and change nothing. */
export const factorMismatches: Record<string, Call> = {
  'ProofsRepository.find': (db, { id }, { sessionId }) =>
    proofs.find(db, { accountId: id, sessionId }, moment),
  'RecoveryCodesRepository.has': async (db, { id }, { name }) =>
    (await recoveryCodes.has(db, id, `${name} recovery code`)) || null,
  'RecoveryCodesRepository.delete': async (db, { id }, { name }) =>
    (await recoveryCodes.delete(db, id, `${name} recovery code`)) || null,
  'TrustedDevicesRepository.find': (db, { id }, { name }) => trustedDevices.find(db, id, [`${name} device`]),
  'TrustedDevicesRepository.delete': async (db, { id }, { deviceId }) =>
    (await trustedDevices.delete(db, id, deviceId)) || null,
  'PasskeysRepository.delete': async (db, { id }, { factorId }) =>
    (await passkeys.delete(db, id, factorId)) || null,
  'PasskeysRepository.rename': async (db, { id }, { factorId }) =>
    (await passkeys.rename(db, id, factorId, 'another')) || null,
  'TotpRepository.delete': async (db, { id }, { factorId }) => (await totp.delete(db, id, factorId)) || null,
  'TotpRepository.rename': async (db, { id }, { factorId }) =>
    (await totp.rename(db, id, factorId, 'another')) || null,
}

/** Writes about second factors after a read, by which another request may have changed the row. */
export function factorWrites({ factorId }: Owner) {
  const set = async (db: Transaction, values: { state?: 'pending'; last_step?: number }) => {
    await db.updateTable('totp_secrets').set(values).where('id', '=', factorId).execute()
  }
  const usePasskey = (db: Transaction) => passkeys.use(db, { id: factorId, counter: 0 }, passkeyUse)
  return {
    'PasskeysRepository.use': {
      fresh: usePasskey,
      stale: [
        async (db: Transaction) => {
          await db.updateTable('passkeys').set({ counter: 3 }).where('id', '=', factorId).execute()
          const isUsed = await usePasskey(db)
          await db.updateTable('passkeys').set({ counter: 0 }).where('id', '=', factorId).execute()
          if (isUsed) throw new Error('a use of an older counter was stored')
        },
      ],
    },
    'TotpRepository.accept': {
      fresh: (db: Transaction) => totp.accept(db, factorId, accepted),
      stale: [9, 10].map((last_step) => async (db: Transaction) => {
        await set(db, { last_step })
        const isAccepted = await totp.accept(db, factorId, accepted)
        await db.updateTable('totp_secrets').set({ last_step: null }).where('id', '=', factorId).execute()
        if (isAccepted) throw new Error('a used step was accepted')
      }),
    },
    'TotpRepository.confirm': {
      fresh: async (db: Transaction) => {
        await set(db, { state: 'pending' })
        if (!(await totp.confirm(db, factorId, accepted))) throw new Error('not confirmed')
      },
      stale: [(db: Transaction) => totp.confirm(db, factorId, accepted)],
    },
    'TotpRepository.replaceSealed': {
      fresh: (db: Transaction) =>
        totp.replaceSealed(db, factorId, { read: 'amina totp', resealed: 'sealed again' }),
      stale: [
        (db: Transaction) => totp.replaceSealed(db, factorId, { read: 'before', resealed: 'sealed again' }),
      ],
    },
  }
}
