import { networkKey } from '../../../platform/kernel/addresses.ts'
import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Channel, Recipient } from '../model.ts'

/** What a message is counted by. If one cap is reached, the message is withheld. */
export type CapName =
  | 'unverified'
  | 'subject'
  | 'recipient'
  | 'caller'
  | 'network'
  | 'number_range'
  | 'country'
  | 'overall'

/** Why a message is withheld. */
export type WithheldReason = CapName | 'costly_number' | 'few_codes_used' | 'no_channel' | Unsendable

/**
 * Why a message would not be sent even without caps: no account has the address, the last one was sent a moment ago, or
 * the address has bounced.
 */
export type Unsendable = 'no_account' | 'too_soon' | 'undeliverable'

/** What the caps need to know about a message. */
export interface CountedMessage {
  /** Messages about the same thing have a cap of their own. */
  readonly about: string
  readonly recipient: Recipient
  /** The account of the recipient; null if there is none, or if it has been erased. */
  readonly accountId: AccountId | null
  readonly context: RequestContext
  /**
   * True if only someone who is signed in to the account of this address, or the operator, can cause the message, such
   * as a notification. Such messages are counted apart, so that strangers do not keep them from the owner.
   */
  readonly isFromOwner: boolean
  /**
   * True if the client that causes it has signed in to the account of this address before. Such messages are counted
   * apart too: otherwise strangers could use up all codes to an address (ASVS 6.1.1).
   */
  readonly isFromKnownClient?: boolean
  /** True if it carries a code that its recipient needs to confirm the address. */
  readonly carriesCode?: boolean
  /** Null if the message may be sent. */
  readonly unsendable?: Unsendable | null
}

/** The limits of the operator. */
export interface MessageLimits {
  readonly mailPerHour: number
  readonly smsPerHour: number
  /** ISO 3166 code of the country to which most text messages go; null if there is none. */
  readonly homeCountry: string | null
}

export interface Cap {
  readonly name: CapName
  /** In separate parts, so that two different things never have the same digest. */
  readonly counted: readonly string[]
  readonly max: number
  /** Null if the count never starts again. */
  readonly windowMs: number | null
  /** How much the maximum grows with each hour of the window. */
  readonly morePerHour?: number
}

/** About one thing, to one address. People who ask again have lost the first message, or look in the wrong place. */
export const subjectPerHourMax = 3
/** Codes to an address that its owner has not confirmed yet. People who lost one need another; others are bothered little. */
export const codesToUnverifiedPerDayMax = 5
/** About everything, to one address. No one registers six times an hour. */
export const recipientPerHourMax = 6
/** To all addresses that may be one mailbox, at a provider that we do not know. They may be several people, too. */
export const spellingsPerHourMax = 30
/** To the ten thousand numbers that differ in the last four digits. Fraudsters rent numbers in such ranges. */
export const numberRangePerHourMax = 10
/** Shares of the overall limit: ten callers, or four networks, are needed to reach it. */
const callerShare = 1 / 10
const networkShare = 1 / 4
/** The share of each country but the one where the operator expects most numbers. */
const foreignShare = 1 / 10
/** The share of each country if the operator expects no country. */
const anyCountryShare = 1 / 2
/** A small limit must still leave room for a family behind one address. */
const shareMin = 3
/** The limits of a day, as multiples of those of an hour: a whole day of attacks must not send 24 times as many. */
export const dayFactor = 4
/** A busy service is busy for longer than four hours. */
const overallDayFactor = 10

/**
 * Every cap on a message (A88, A89).
 *
 * A notification to an address that its owner has verified has few: someone who took over an account could otherwise
 * use up the caps of the caller or of the recipient first, and change the password unnoticed (ASVS 6.3.7). What only
 * the owner can cause is counted apart from all other messages for the same reason.
 * @param limits null if the server does not limit callers
 */
export function capsOn(message: CountedMessage, limits: MessageLimits | null): Cap[] {
  const { about, recipient, isFromOwner, isFromKnownClient = false } = message
  const { channel, countedAs, verifiedAt } = recipient
  const isVerified = verifiedAt !== null
  const isSafe = isFromOwner && isVerified
  const others = isFromKnownClient ? 'known client' : 'anyone'
  const pool = isFromOwner ? 'owner' : others
  const subject = spare(hourAndDay('subject', [pool, channel, about, countedAs], subjectPerHourMax), message)
  const overall = limits === null ? [] : overallCaps(isSafe ? 'notices' : 'messages', channel, limits)
  if (isSafe) return [...subject, ...overall]
  return [
    ...(isVerified ? [] : [unverifiedCap(pool, message)]),
    ...subject,
    ...spare(recipientCaps(pool, recipient), message),
    ...(limits === null ? [] : [...callerCaps(message, limits), ...numberCaps(recipient, limits)]),
    ...overall,
  ]
}

/**
 * The limits of a day grow by some messages an hour, if they are codes to a verified address. Otherwise a stranger could
 * use them up in four hours, and the owner could not recover the account for the rest of the day (ASVS 6.1.1). The link
 * of a mail works for an hour, so in every hour the owner has one that works, whoever asked for it.
 */
function spare(caps: readonly Cap[], { carriesCode = false, recipient }: CountedMessage): Cap[] {
  if (!carriesCode || recipient.verifiedAt === null) return [...caps]
  return caps.map((cap) =>
    cap.windowMs === dayMs ? { ...cap, morePerHour: sparePerHour[cap.name] ?? 0 } : cap,
  )
}

/** A recovery and an attempted registration, which is about something else, must not keep each other from an address. */
const sparePerHour: Readonly<Partial<Record<CapName, number>>> = { subject: 1, recipient: 2 }

// One message until the address is verified: anyone can register anyone's address. An address without an account may
// become one later, so it gets another message the next day.
function unverifiedCap(pool: string, { recipient, accountId, carriesCode = false }: CountedMessage): Cap {
  const { channel, countedAs } = recipient
  const counted = [channel, countedAs, accountId ?? '']
  if (carriesCode)
    return {
      name: 'unverified',
      counted: [...counted, 'codes', pool],
      max: codesToUnverifiedPerDayMax,
      windowMs: dayMs,
    }
  return { name: 'unverified', counted, max: 1, windowMs: accountId === null ? dayMs : null }
}

function recipientCaps(pool: string, { channel, countedAs, spellings }: Recipient): Cap[] {
  const own = hourAndDay('recipient', [pool, channel, countedAs], recipientPerHourMax)
  if (spellings === null) return own
  return [...own, ...hourAndDay('recipient', [pool, channel, 'spellings', spellings], spellingsPerHourMax)]
}

// Work without a request comes from the operator.
function callerCaps({ recipient, context }: CountedMessage, limits: MessageLimits): Cap[] {
  const { channel } = recipient
  const { ipAddress } = context
  if (ipAddress === null) return []
  const perHour = perHourOf(channel, limits)
  return [
    ...hourAndDay('caller', [channel, clientKeyOf(context)], shareOf(perHour, callerShare)),
    ...hourAndDay('network', [channel, networkKey(ipAddress)], shareOf(perHour, networkShare)),
  ]
}

function numberCaps({ channel, countedAs, country }: Recipient, limits: MessageLimits): Cap[] {
  if (channel !== 'sms' || country === null) return []
  const range = hourAndDay('number_range', [countedAs.slice(0, -4)], numberRangePerHourMax)
  if (country === limits.homeCountry) return range
  return [...range, ...hourAndDay('country', [country], smsPerHourTo(country, limits))]
}

/** How many text messages may go to one country in an hour. */
export function smsPerHourTo(country: string, { homeCountry, smsPerHour }: MessageLimits): number {
  if (country === homeCountry) return smsPerHour
  return shareOf(smsPerHour, homeCountry === null ? anyCountryShare : foreignShare)
}

function overallCaps(pool: string, channel: Channel, limits: MessageLimits): Cap[] {
  return hourAndDay('overall', [pool, channel], perHourOf(channel, limits), overallDayFactor)
}

function hourAndDay(
  name: CapName,
  counted: readonly string[],
  perHourMax: number,
  factor = dayFactor,
): Cap[] {
  return [
    { name, counted, max: perHourMax, windowMs: hourMs },
    { name, counted, max: perHourMax * factor, windowMs: dayMs },
  ]
}

function perHourOf(channel: Channel, { mailPerHour, smsPerHour }: MessageLimits): number {
  return channel === 'mail' ? mailPerHour : smsPerHour
}

function shareOf(perHour: number, share: number): number {
  return Math.max(shareMin, Math.floor(perHour * share))
}
