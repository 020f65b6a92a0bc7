export interface RequestParts {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: object
  /** Sent as a form, if there is no JSON. */
  readonly form?: Readonly<Record<string, string>>
}

/** Builds the bytes of a request before the clock starts, so that this work is not measured. */
export function requestBytes({ method, path, headers = {}, json, form }: RequestParts): Buffer {
  const { type, body } = bodyOf(json, form)
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1']
  if (type !== null) lines.push(`content-type: ${type}`, `content-length: ${Buffer.byteLength(body)}`)
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

function bodyOf(json: RequestParts['json'], form: RequestParts['form']) {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) }
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() }
  return { type: null, body: '' }
}

export interface UploadParts {
  readonly path: string
  readonly token: string
  readonly image: Buffer
}

export function uploadBytes({ path, token, image }: UploadParts): Buffer {
  const lines = [
    `PUT ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    'content-type: application/octet-stream',
    `content-length: ${image.length}`,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), image])
}
