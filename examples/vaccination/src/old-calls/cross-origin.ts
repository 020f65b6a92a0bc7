import type { RequestHandler } from 'express'

const methods = ['GET', 'POST']

/**
 * Lets pages of every origin call, as the old service did: its front ends are on another host. Nothing is at risk,
 * because a browser adds no credential by itself. The token is in the body.
 */
export const allowEveryOrigin: RequestHandler = (request, response, next) => {
  const { origin } = request.headers
  if (origin === undefined) return next()
  response.set('access-control-allow-credentials', 'true')
  const asked = request.headers['access-control-request-method']
  if (request.method !== 'OPTIONS' || asked === undefined) {
    response.set('access-control-allow-origin', '*')
    return next()
  }
  response.vary('Origin').set({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? 'content-type',
    'access-control-max-age': '600',
  })
  response.type('text')
  if (methods.includes(asked)) response.status(200).send('OK')
  else response.status(400).send('Disallowed CORS method')
}
