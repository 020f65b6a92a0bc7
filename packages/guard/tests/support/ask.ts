import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Question {
  readonly path: string
  readonly method?: string
  /** Several are sent as several headers. */
  readonly authorization?: string | readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Sends exactly these headers. `fetch` joins two of the same name, and hides some of the answer. */
export async function ask(url: string, question: Question): Promise<Answer> {
  const { path, method = 'GET', authorization, headers = {} } = question
  const sent = { ...headers, ...(authorization !== undefined && { authorization }) }
  return await new Promise((resolve, reject) => {
    const outgoing = request(url + path, {
      method,
      agent: false,
      headers: { ...sent } as Record<string, string>,
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const { statusCode = 0, headers: received } = response
      text(response).then((body) => resolve({ status: statusCode, headers: received, text: body }), reject)
    })
    outgoing.end()
  })
}
