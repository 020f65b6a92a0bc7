import { pixelBomb, plainPng } from './images.ts'
import type { Answer, TestClient } from './test-client.ts'

const path = '/v1/me/profile/image'
const headers = { 'content-type': 'image/png' }

/** A setting for every server of a test, because the document states the limit. */
export const smallPictures = { PROXIMA_PICTURE_SIZE_MAX_BYTES: '65536' }

/** Every successful answer of the operations on pictures. */
export async function pictureSuccesses(
  client: TestClient,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const get = async (where: string, more = {}) => await client.get(where, { token, headers: more })
  const placeholder = await get(path)
  const put = await client.send('PUT', path, plainPng(8, 8), { token, headers })
  const post = async (accept: string) =>
    await client.send('POST', path, plainPng(8, 8), { token, headers: { ...headers, accept } })
  const posted = [await post('*/*'), await post('text/html')]
  const own = await get(path)
  const known = { 'if-none-match': own.headers.get('etag') ?? '' }
  const address = new URL(posted[1]?.headers.get('location') ?? '').pathname
  return {
    putProfileImage: [put],
    postProfileImage: posted,
    getProfileImage: [placeholder, own, await get(`${path}?size=64&format=jpeg`), await get(path, known)],
    getPicture: [await get(address), await get(address, known)],
    deleteProfileImage: [await client.send('DELETE', path, undefined, { token })],
  }
}

/** The refusals that only an image can get, each with its code. The server must accept at most 64 KB. */
export async function pictureRefusals(
  client: TestClient,
  token: string,
): Promise<[code: string, answer: Answer][]> {
  return [...(await refusalsOf(client, token, 'PUT')), ...(await refusalsOf(client, token, 'POST'))]
}

async function refusalsOf(
  client: TestClient,
  token: string,
  method: string,
): Promise<[code: string, answer: Answer][]> {
  const put = async (body: Buffer) => await client.send(method, path, body, { token, headers })
  const crowd = await Promise.all(Array.from({ length: 12 }, () => put(plainPng(64, 64))))
  const refused = crowd.find(({ status }) => status === 503)
  if (refused === undefined) throw new Error('no request was refused')
  return [
    ['malformed_request', await put(Buffer.alloc(0))],
    ['too_large', await put(Buffer.alloc(140_000))],
    ['validation_failed', await put(pixelBomb(50_000, 50_000))],
    ['overloaded', refused],
  ]
}
