/** The right to do one kind of thing with data of others: `users:read`, or `moments:publish` of an application. */
export type Permission = `${string}:${string}`
