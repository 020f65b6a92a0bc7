/** A request that may be sent again: by whom, under which key, and what it asked for. */
export interface Retry {
  readonly key: string
  readonly client: string
  readonly request: object
}

export const retrySeconds = 86_400
/** From here on a key is as good as a secret: nobody meets it by chance. */
export const unguessableLength = 32
