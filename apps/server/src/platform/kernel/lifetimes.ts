/** No access token of the API itself lives longer, whatever the setting is or was. */
export const accessTokenTtlSecondsMax = 86_400

/** The longest life of a token: that of the contract `oauth-bearer`. */
export const tokenSecondsMax = 604_800

/** No session lasts longer, whatever the setting is or was: the longest that browsers keep a cookie. */
export const sessionTtlSecondsMax = 34_560_000

/** No API key works longer, whatever the setting is or was: three years. */
export const apiKeyDaysMax = 1_096
