import type { Person } from './people.ts'
import type { Answer, TestClient } from './test-client.ts'

export const imagePath = '/v1/me/profile/image'

type Caller = Pick<Person, 'token'>

/** Sends the bytes as the body, by default with a media type that says nothing about them. */
export function putImage(
  client: TestClient,
  { token }: Caller,
  image: Buffer,
  type = 'application/octet-stream',
): Promise<Answer> {
  return client.send('PUT', imagePath, image, { token, headers: { 'content-type': type } })
}

export interface FormPart {
  readonly name: string
  /** Written into the header without escaping. Left out if undefined. */
  readonly fileName?: string
  readonly type?: string
  readonly content: Buffer
}

const boundary = 'a-boundary-that-is-in-no-image'

/** Builds a form by hand, because a browser would not write what an attacker does. */
export function putForm(
  client: TestClient,
  { token }: Caller,
  parts: readonly FormPart[],
  end = `--${boundary}--\r\n`,
): Promise<Answer> {
  const bytes = parts.flatMap(({ name, fileName, type, content }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (fileName === undefined ? '' : `; filename="${fileName}"`) +
        (type === undefined ? '' : `\r\nContent-Type: ${type}`) +
        '\r\n\r\n',
    ),
    content,
    Buffer.from('\r\n'),
  ])
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  return client.send('PUT', imagePath, Buffer.concat([...bytes, Buffer.from(end)]), { token, headers })
}

/** The path of the picture in the profile; null for none. */
export async function pictureAddress(client: TestClient, { token }: Caller): Promise<string | null> {
  const { body } = await client.get('/v1/me/profile', { token })
  const { image_url: url } = body as { image_url: string | null }
  return url === null ? null : new URL(url).pathname
}
