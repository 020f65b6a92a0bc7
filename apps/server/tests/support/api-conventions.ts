import type { Answer, Exchange } from './test-client.ts'

/** True for the paths that the document does not describe: the document itself, and pages. */
export function isMachinePage(path: string): boolean {
  return /^\/(?:|openapi\.json|pages\.css|outbox(?:\/.*)?|docs(?:\/.*)?)$/.test(path)
}

const requestId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Checks the conventions that every answer follows, whatever the operation. Returns those that this answer breaks. */
export function checkConventions({ method, path, answer }: Exchange): string[] {
  const id = answer.headers.get('x-request-id') ?? ''
  const problems = requestId.test(id) ? [] : ['Every answer has an x-request-id.']
  if (answer.status < 400) return problems
  if (path.startsWith('/oauth/')) return [...problems, ...(method === 'HEAD' ? [] : checkOAuthError(answer))]
  return [...problems, ...checkRefusal(answer), ...(method === 'HEAD' ? [] : checkProblem(answer, id))]
}

function checkRefusal({ status, headers }: Answer): string[] {
  const has = (name: string, pattern: RegExp) => pattern.test(headers.get(name) ?? '')
  const rules: [boolean, string][] = [
    [has('content-type', /^application\/problem\+json$/), 'A refusal is application/problem+json.'],
    [has('cache-control', /^no-store$/), 'No cache keeps a refusal.'],
    [status !== 401 || has('www-authenticate', /^Bearer\b/), 'A 401 has a Bearer challenge.'],
    [status !== 405 || has('allow', /^[A-Z]+(?:, [A-Z]+)*$/), 'A 405 has Allow.'],
    [![429, 503].includes(status) || has('retry-after', /^[1-9]\d*$/), 'A 429 and a 503 have Retry-After.'],
  ]
  return rules.filter(([isFollowed]) => !isFollowed).map(([, rule]) => rule)
}

/** RFC 6749 §5.2. */
function checkOAuthError({ status, headers, body }: Answer): string[] {
  const has = (name: string, pattern: RegExp) => pattern.test(headers.get(name) ?? '')
  const members = Object.keys((body ?? {}) as object).filter(
    (name) => !['challenge', 'factors'].includes(name),
  )
  const rules: [boolean, string][] = [
    [has('content-type', /^application\/json$/), 'An error of OAuth is application/json.'],
    [has('cache-control', /^no-store$/), 'No cache keeps an error.'],
    [members.join() === 'error,error_description', 'An error has a code and a description.'],
    [/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(String(body?.error)), 'A code has printable characters.'],
    [
      /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(String(body?.error_description)),
      'A description has printable characters without quotes.',
    ],
    [
      body?.error !== 'invalid_client' || has('www-authenticate', /^Basic /),
      'A client gets a Basic challenge.',
    ],
    [![429, 503].includes(status) || has('retry-after', /^[1-9]\d*$/), 'A 429 and a 503 have Retry-After.'],
  ]
  return rules.filter(([isFollowed]) => !isFollowed).map(([, rule]) => rule)
}

function checkProblem({ status, headers, body }: Answer, id: string): string[] {
  const challenge = headers.get('www-authenticate') ?? ''
  const tokenWasSent = body?.code === 'invalid_token' || body?.code === 'token_expired'
  const rules: [boolean, string][] = [
    [body?.status === status, 'A problem has the status of its answer.'],
    [body?.request_id === id, 'A problem has the request id of its answer.'],
    [String(body?.type).endsWith(`/docs/problems/${String(body?.code)}`), 'The type leads to its page.'],
    [challenge.includes('error="invalid_token"') === tokenWasSent, 'The challenge reports a bad token.'],
  ]
  return rules.filter(([isFollowed]) => !isFollowed).map(([, rule]) => rule)
}
