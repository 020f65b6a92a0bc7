/** The maps that come with Proxima. Each is a file in `ready-made`, loaded when it is asked for. */
const maps: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
  'phone-password': () => import('./ready-made/phone-password.json', { with: { type: 'json' } }),
  'user-secret': () => import('./ready-made/user-secret.json', { with: { type: 'json' } }),
  'session-code': () => import('./ready-made/session-code.json', { with: { type: 'json' } }),
  'oauth-bearer': () => import('./ready-made/oauth-bearer.json', { with: { type: 'json' } }),
}

export const readyMadeNames: readonly string[] = Object.keys(maps)

export function isReadyMade(name: string): boolean {
  return Object.hasOwn(maps, name)
}

export async function readyMadeMap(name: string): Promise<unknown> {
  return (await maps[name]?.())?.default
}
