import type { AfricasTalkingLocation } from '../../../platform/config/sms-parsers.ts'
import { DeliveryFailure, type Message, type Transport } from '../model.ts'
import { isSuccess, jsonOf, memberOf, type Outgoing, post } from './post.ts'

/** Processed, sent, queued (https://developers.africastalking.com/docs/sms/sending/bulk). */
const acceptedCodes = new Set([100, 101, 102])
/** The number is not valid or of an unsupported kind, or its owner has refused such messages. */
const finalCodes = new Set([403, 404, 406, 409])

/** Sends text messages by the API of Africa's Talking. */
export class AfricasTalkingTransport implements Transport {
  readonly #location: AfricasTalkingLocation
  readonly #outgoing: Outgoing

  constructor(location: AfricasTalkingLocation, outgoing: Outgoing) {
    this.#location = location
    this.#outgoing = outgoing
  }

  async deliver({ to, text }: Message, signal: AbortSignal): Promise<void> {
    const { origin, username, apiKey, from } = this.#location
    const response = await post(this.#outgoing, `${origin}/version1/messaging`, {
      headers: {
        apikey: apiKey,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({ username, to, message: text, ...(from !== null && { from }) }).toString(),
      signal,
    })
    if (!isSuccess(response)) throw new DeliveryFailure(`http ${response.status}`)
    // The status of the answer says only that the request was understood.
    const code = statusCodeOf(jsonOf(response))
    if (code === null) throw new DeliveryFailure('africastalking no_recipient')
    if (!acceptedCodes.has(code)) throw new DeliveryFailure(`africastalking ${code}`, finalCodes.has(code))
  }
}

function statusCodeOf(answer: unknown): number | null {
  const recipients = memberOf(memberOf(answer, 'SMSMessageData'), 'Recipients')
  const code = Array.isArray(recipients) ? memberOf(recipients[0], 'statusCode') : null
  return typeof code === 'number' && Number.isInteger(code) ? code : null
}
