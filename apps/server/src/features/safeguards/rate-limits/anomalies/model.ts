import { minuteMs } from '../../../../platform/kernel/durations.ts'

/** Wrong passwords are counted for this long, and then from zero. Also how long an anomaly lasts after its last sign. */
export const windowMs = 10 * minuteMs

/** How often the server looks whether an anomaly has begun or ended, to record it. */
export const recordIntervalMs = 1_000

/** A password is frequent if it was wrong for this many accounts in one window. */
export const frequentMin = 5

/** How many times as many wrong passwords as usual are a sign by themselves, whatever the passwords are. */
export const unusualFactor = 10

/**
 * What an attacker tries who tries few passwords on many accounts from many addresses (A41). Below any of these numbers,
 * it is ordinary mistyping.
 */
export interface Thresholds {
  /** How many accounts, or identifiers that no account has. */
  readonly accountsMin: number
  /** How many networks: IPv4 /24 or IPv6 /48. */
  readonly networksMin: number
  /** The share of frequent passwords, from 0 to 1. */
  readonly frequentShareMin: number
}

/** The wrong passwords of one window. Large numbers are estimates. */
export interface Tries {
  /** Each password counts once for each account: a program that repeats an old one says nothing. */
  readonly tries: number
  readonly accounts: number
  readonly networks: number
  /** The share of frequent passwords, from 0 to 1: never too high, and a little too low if there are very many. */
  readonly frequentShare: number
}

/** The server begins or ends to see an anomaly. */
export interface AnomalyChange extends Tries {
  readonly isActive: boolean
}

/**
 * The quota of wrong passwords while an anomaly lasts, in place of 300: for each client, and as often for its network as
 * usual. Enough for someone who mistypes, and for an attacker a hundredth of what it was.
 */
export const strictLimit = { name: 'login-anomaly', quota: 3, windowSeconds: 300 }
