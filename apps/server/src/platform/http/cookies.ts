import type { FastifyReply, FastifyRequest } from 'fastify'

// A link in a mail or at another site leads here with the cookie (`Lax`). A form of another site does not send it (A49).
const protections = 'Secure; HttpOnly; SameSite=Lax'
const attributes = `Path=/; ${protections}`

/** The values of all cookies of this name: a browser may send several. */
export function cookiesNamed({ headers }: Pick<FastifyRequest, 'headers'>, name: string): readonly string[] {
  return (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key, ...value] = pair.split('=')
    return key?.trim() === name ? [value.join('=').trim()] : []
  })
}

/**
 * For this host, https and no script.
 * @param life more attributes, each after a semicolon; none for a cookie that the browser drops when it is closed
 */
export function setCookie(reply: FastifyReply, name: string, value: string, life: string): void {
  void reply.header('set-cookie', `${name}=${value}; ${attributes}${life}`)
}

/** A cookie for the pages below one path. */
export interface PathCookie {
  readonly name: string
  /** Null for one that the browser deletes. */
  readonly value: string | null
  readonly path: string
  readonly maxAgeSeconds: number | null
}

export function setPathCookie(reply: FastifyReply, { name, value, path, maxAgeSeconds }: PathCookie): void {
  const age = value === null ? 0 : maxAgeSeconds
  const life = age === null ? '' : `; Max-Age=${age}`
  void reply.header('set-cookie', `${name}=${value ?? ''}; Path=${path}; ${protections}${life}`)
}

export function clearCookie(reply: FastifyReply, name: string): void {
  setCookie(reply, name, '', '; Max-Age=0')
}
