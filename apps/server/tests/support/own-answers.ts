import type { Answer, TestClient } from './test-client.ts'

/** The successes of the calls that show and change an account and its profile. */
export async function ownAnswers(
  client: TestClient,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  return {
    getMe: [await client.me(token)],
    checkForwardAuth: [
      await client.get('/v1/forward-auth?role=user', { token }),
      await client.get('/v1/forward-auth?redirect=1'),
    ],
    patchMe: [
      await client.patch('/v1/me', { full_name: 'Amina', address: null, locale: 'sw-KE' }, { token }),
      await client.patch('/v1/me', {}, { token }),
    ],
    listMyPermissions: [await client.get('/v1/me/permissions', { token })],
    getProfile: [await client.get('/v1/me/profile', { token })],
    patchProfile: [
      await client.patch('/v1/me/profile', { country: 'KE', social_links: { github: 'amina' } }, { token }),
      await client.patch('/v1/me/profile', { country: null, social_links: null }, { token }),
    ],
  }
}

/** The successes of the calls about the server itself. */
export async function systemAnswers(
  client: TestClient,
  metricsToken: string,
): Promise<Record<string, readonly Answer[]>> {
  return {
    getAvailability: [
      await client.get('/v1/auth/availability?username=nobody'),
      await client.get('/v1/auth/availability?username=amina'),
      await client.get('/v1/auth/availability?email=no-email'),
    ],
    getKeySet: [
      await client.get('/.well-known/jwks.json'),
      await client.get('/.well-known/jwks.json', { headers: { 'if-none-match': '*' } }),
    ],
    getHealth: [await client.get('/healthz'), await client.send('HEAD', '/healthz')],
    getReadiness: [await client.get('/readyz')],
    getMetrics: [await client.get('/metrics', { token: metricsToken })],
    getSecurityContact: [await client.get('/.well-known/security.txt')],
  }
}
