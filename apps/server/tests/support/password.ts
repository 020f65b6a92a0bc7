/** A password that the policy accepts, for tests in which any will do. */
export const password = 'correct horse battery staple'
