import { wideNetworkKey } from '../../../platform/kernel/addresses.ts'
import { deviceNamesOf } from '../../../platform/kernel/device.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'

/** A device or a network from which no one has signed in for so long is new again. */
export const placeDays = 180
/** How many of them the server remembers for each account. */
export const placesMax = 50
/** No owner gets more notices in a day, however many devices an attacker pretends to have (A88). */
export const noticesPerDayMax = 3
/** How often what was noted is looked up. */
export const noteIntervalMs = 1_000
/** The time of the last sign-in is stored only this often. */
export const placeAccuracyMs = dayMs

/** From where someone signs in. */
export type Where = Pick<RequestContext, 'ipAddress' | 'userAgent'>

/**
 * The device and the network of a sign-in, in parts. Both are coarse: a new version of a browser, or another address of a
 * mobile network, is nothing that its owner would call new.
 */
export function placesOf(context: Where): readonly (readonly string[])[] {
  const { browser, system } = deviceNamesOf(context.userAgent)
  return [
    ['device', browser ?? '', system ?? ''],
    ['network', wideNetworkKey(clientKeyOf(context))],
  ]
}

/** The link of each notice works by itself: a newer notice must not invalidate the link of an older one. */
export function reportOf(accountId: AccountId, sessionId: string) {
  const holder = [...guessSubjectOf(accountId), sessionId]
  return { purpose: 'sign_in_report', holder, flow: null } as const
}
