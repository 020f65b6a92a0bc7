/** The costs of one computation, in the order in which they are stored. All are whole numbers. */
export type Parameters = readonly number[]

/** A function that turns a password into a digest, as a library or a standard defines it. */
export interface Primitive {
  /** How many parameters it has. */
  readonly parameters: number
  /**
   * Why a hash with these parameters is refused, as a sentence; null if it is accepted. Every guess makes the server
   * compute the hash. So a computation may take about a second of a core and 256 MiB at most (A46).
   */
  readonly refuse: (parameters: Parameters) => string | null
  /** True if a stolen hash could be tried so fast that it must not stay in the database as it is. */
  readonly isWeak: (parameters: Parameters) => boolean
  /** The length of its result: a stored one of another length was cut, and no password matches it. */
  readonly digestBytes: (parameters: Parameters) => number
  /** How many bytes of salt it takes, if not any number. */
  readonly saltBytes?: { readonly min: number; readonly max: number }
  /** How long a computation takes, roughly: in seconds of a core. */
  readonly seconds: (parameters: Parameters) => number
  readonly compute: (password: Buffer, salt: Buffer, parameters: Parameters) => Promise<Buffer>
  /** For a primitive whose time grows with one count: two computations then take as long as one with the sum. */
  readonly steps?: Steps
}

export interface Steps {
  readonly of: (parameters: Parameters) => number
  /** The computations that have so many steps together, like these in everything else. */
  readonly make: (steps: number, like: Parameters) => readonly Parameters[]
}

/** The parameter at this place; a list of the right length was checked when the hash was read. */
export function at(parameters: Parameters, index: number): number {
  const value = parameters[index]
  if (value === undefined) throw new RangeError(`A parameter of a password hash is missing: number ${index}.`)
  return value
}
