/** The maps that come with Proxima. Each is a file in `ready-made`, loaded when it is asked for. */
const maps: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
  'phone-password': () => import('./ready-made/phone-password.json', { with: { type: 'json' } }),
  'user-secret': () => import('./ready-made/user-secret.json', { with: { type: 'json' } }),
  'session-code': () => import('./ready-made/session-code.json', { with: { type: 'json' } }),
  'oauth-bearer': () => import('./ready-made/oauth-bearer.json', { with: { type: 'json' } }),
  auth0: () => import('./ready-made/auth0.json', { with: { type: 'json' } }),
  'auth-js': () => import('./ready-made/auth-js.json', { with: { type: 'json' } }),
  'better-auth': () => import('./ready-made/better-auth.json', { with: { type: 'json' } }),
  devise: () => import('./ready-made/devise.json', { with: { type: 'json' } }),
  'devise-peppered': () => import('./ready-made/devise-peppered.json', { with: { type: 'json' } }),
  django: () => import('./ready-made/django.json', { with: { type: 'json' } }),
  firebase: () => import('./ready-made/firebase.json', { with: { type: 'json' } }),
  keycloak: () => import('./ready-made/keycloak.json', { with: { type: 'json' } }),
  laravel: () => import('./ready-made/laravel.json', { with: { type: 'json' } }),
  supabase: () => import('./ready-made/supabase.json', { with: { type: 'json' } }),
}

export const readyMadeNames: readonly string[] = Object.keys(maps)

export function isReadyMade(name: string): boolean {
  return Object.hasOwn(maps, name)
}

export async function readyMadeMap(name: string): Promise<unknown> {
  return (await maps[name]?.())?.default
}
