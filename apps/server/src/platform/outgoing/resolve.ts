import { lookup, Resolver } from 'node:dns/promises'
import { isLoopbackName } from './destinations.ts'
import { OutgoingFailure } from './failure.ts'

/** Finds all addresses of a name. @throws OutgoingFailure if there are none */
export type Resolve = (name: string) => Promise<readonly string[]>

/** For names that the operator has set: as other programs of this machine look them up, with its file of hosts. */
export const resolveByHost: Resolve = async (name) => {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address)
  } catch (error) {
    throw new OutgoingFailure('name_unresolved', error)
  }
}

const loopbackAddresses = ['127.0.0.1', '::1']
const waitMs = 2_000
const tries = 2

/**
 * For names that callers of the API have given. Asks the name servers itself: `lookup` waits in a thread of the pool in
 * which passwords are hashed, and someone who owns a name decides how long its answer takes (I13).
 */
export const resolveByDns: Resolve = async (name) => {
  if (isLoopbackName(name)) return loopbackAddresses
  const resolver = new Resolver({ timeout: waitMs, tries })
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const addresses = found.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (addresses.length === 0) throw new OutgoingFailure('name_unresolved')
  return addresses
}
