/** The right to do one kind of thing to what is not one's own: `users:read`, or an application's `moments:publish`. */
export type Permission = `${string}:${string}`
