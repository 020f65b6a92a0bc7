import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptedLanguages } from '../../../platform/http/accept-language.ts'
import { cookiesNamed } from '../../../platform/http/cookies.ts'

export type Theme = 'light' | 'dark'

const cookieNames = { lang: 'proxima-language', theme: 'proxima-theme' } as const
type Choice = keyof typeof cookieNames

const yearSeconds = 31_536_000
/** A BCP 47 tag or the name of a theme. Nothing else is stored or compared. */
const choiceText = /^[A-Za-z0-9-]{1,35}$/

/** The tags that the reader wants, the most wanted first: their choice, the language of their account, of the browser. */
export function wantedLanguages(request: FastifyRequest): readonly (string | null)[] {
  return [
    chosen(request, 'lang'),
    request.principal?.account.locale ?? null,
    ...acceptedLanguages(request.headers['accept-language']),
  ]
}

export function wantedTheme(request: FastifyRequest): Theme | null {
  const theme = chosen(request, 'theme')
  return theme === 'light' || theme === 'dark' ? theme : null
}

/**
 * Keeps what a link such as `?lang=fr` chooses. The cookies say nothing about who the reader is, and no script needs
 * them (ASVS 3.3.4).
 */
export function keepChoices(request: FastifyRequest, reply: FastifyReply, isHttps: boolean): void {
  if (request.method !== 'GET') return
  for (const choice of ['lang', 'theme'] as const) {
    const value = inQuery(request, choice)
    if (value === null) continue
    const secure = isHttps ? '; Secure' : ''
    const cookie = `${cookieNames[choice]}=${value}; Path=/; Max-Age=${yearSeconds}; HttpOnly; SameSite=Lax${secure}`
    void reply.header('set-cookie', cookie)
  }
}

function chosen(request: FastifyRequest, choice: Choice): string | null {
  return inQuery(request, choice) ?? inCookie(request, choice)
}

function inQuery({ url }: FastifyRequest, choice: Choice): string | null {
  const value = new URLSearchParams(url.split('?', 2)[1] ?? '').get(choice)
  return value !== null && choiceText.test(value) ? value : null
}

function inCookie(request: FastifyRequest, choice: Choice): string | null {
  return cookiesNamed(request, cookieNames[choice]).find((value) => choiceText.test(value)) ?? null
}
