import type { FastifyReply, FastifyRequest } from 'fastify'

// A link in a mail or at another site leads here with the cookie (`Lax`). A form of another site does not send it (A49).
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

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

export function clearCookie(reply: FastifyReply, name: string): void {
  setCookie(reply, name, '', '; Max-Age=0')
}
