/** The scopes of OpenID Connect Core §5.4 and §11, and `roles`. None of them is a permission. */
export const openIdScopes = [
  'openid',
  'profile',
  'email',
  'phone',
  'address',
  'roles',
  'offline_access',
] as const
export type OpenIdScope = (typeof openIdScopes)[number]

export function isOpenIdScope(text: string): text is OpenIdScope {
  return openIdScopes.some((scope) => scope === text)
}
