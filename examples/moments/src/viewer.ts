/** The user for whom a service works. Services get this instead of a request, so they do not depend on HTTP. */
export interface Viewer {
  readonly id: string
  readonly isAdministrator: boolean
}

/** @param user as the guard describes them */
export function viewerOf({ id, roles }: { readonly id: string; readonly roles: readonly string[] }): Viewer {
  return { id, isAdministrator: roles.includes('admin') }
}

/** Whose items the viewer sees. Null stands for those of everyone. */
export function visibleOwner({ id, isAdministrator }: Viewer): string | null {
  return isAdministrator ? null : id
}

/** Says whether the viewer sees an item. */
export function sees(viewer: Viewer, { ownerId }: { readonly ownerId: string }): boolean {
  return viewer.isAdministrator || ownerId === viewer.id
}
