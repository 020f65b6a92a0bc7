import type { TwilioLocation } from '../../../platform/config/sms-parsers.ts'
import { DeliveryFailure, type Message, type Transport } from '../model.ts'
import { basicCredentials, isSuccess, jsonOf, memberOf, type Outgoing, post } from './post.ts'

/**
 * Errors that another attempt would get too: the number does not exist, takes no text messages, or its owner has
 * unsubscribed (https://www.twilio.com/docs/api/errors). The operator can fix all others.
 */
const finalCodes = new Set([21211, 21214, 21217, 21610, 21614])

/** Sends text messages by the Messages API of Twilio. */
export class TwilioTransport implements Transport {
  readonly #location: TwilioLocation
  readonly #outgoing: Outgoing

  constructor(location: TwilioLocation, outgoing: Outgoing) {
    this.#location = location
    this.#outgoing = outgoing
  }

  async deliver({ to, text }: Message, signal: AbortSignal): Promise<void> {
    const { origin, account, user, password, from, messagingService } = this.#location
    const sender = from === null ? { ['MessagingServiceSid']: messagingService ?? '' } : { ['From']: from }
    const response = await post(this.#outgoing, `${origin}/2010-04-01/Accounts/${account}/Messages.json`, {
      headers: {
        authorization: basicCredentials(user, password),
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({ ['To']: to, ['Body']: text, ...sender }).toString(),
      signal,
    })
    if (isSuccess(response)) return
    const code = memberOf(jsonOf(response), 'code')
    if (typeof code === 'number' && Number.isInteger(code))
      throw new DeliveryFailure(`twilio ${code}`, finalCodes.has(code))
    throw new DeliveryFailure(`http ${response.status}`)
  }
}
