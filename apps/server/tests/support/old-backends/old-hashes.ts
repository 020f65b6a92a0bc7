/**
 * Hashes that the libraries of the old backends made, one call each, with `/usr/bin/python3` of Debian 12: Werkzeug
 * 2.2.2 (`generate_password_hash(password, method)`), Passlib 1.7.4 (`CryptContext(['bcrypt']).hash(password)`) and
 * bcrypt 3.2.2 (`hashpw(password.encode(), gensalt(rounds))`). The form of Werkzeug 3 is from Python's `hashlib.scrypt`
 * (n 32768, r 8, p 1, 64 bytes, the text of the salt), because that Werkzeug has no scrypt.
 */

export const shortPassword = 'pass123'
export const plainPassword = 'jua-kali-2025'
/** Letters of several scripts: each library encodes a password in UTF-8. */
export const unicodePassword = 'nywila yangu éñ水 1'
/** The 72 bytes that bcrypt read of the 80 that were typed. Only these still match (A46). */
export const longPassword = 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'

export const werkzeugHashes = {
  /** Werkzeug up to 2.2. */
  pbkdf2: {
    [shortPassword]:
      'pbkdf2:sha256:260000$qtqmHQ0ZhkBgoEbK$7e9e8a9d2eede8eae477099eedf72302179beca44875e2451f676f4abcc40ddb',
    [unicodePassword]:
      'pbkdf2:sha256:260000$bLZnKMfQF8tCkq5T$e1c25510e4baad27aac14a1006d2cbaf288f30de0e5daa97ffd3aff89ec25ad6',
  },
  /** Werkzeug 2.3. */
  pbkdf2Of23: {
    [plainPassword]:
      'pbkdf2:sha256:600000$EDV9pN5cnHoY6eh6$0f3461cb501168f00a227d335a069dbec01b80701d13081f6bf5f59ce4398979',
  },
  /** Werkzeug 3.1, for programs that ask for pbkdf2. */
  pbkdf2Of31: {
    [plainPassword]:
      'pbkdf2:sha256:1000000$sgYfAZ7W2uoCiBNe$43d77ab311bad95a71d429d87aec8ad6c6feef704003e2e41f561eb91bc0effa',
  },
  /** Werkzeug 3. */
  scrypt: {
    [shortPassword]:
      'scrypt:32768:8:1$80P2AgEDbprjxVBQ$5453d1d5df4536a9cf3a083a316a6f35c2cadb52c285cc699122080bc91d97e66cb73338c0261502f673fe5a98e865058a046bb5b8efd73016bc9a71d0696137',
    [plainPassword]:
      'scrypt:32768:8:1$EZJDzBURvO4l2sJi$4ad7aa649f1b76b736b92bf24e3c2b542751ecf088eefce247cbd8882827f1b22b5b7b5bd4ab5992d1877f0ed5866d4f5562ede5b7fa82051e4cbaf2a0301fba',
    [unicodePassword]:
      'scrypt:32768:8:1$JlayLylBPJGKsLdE$3cdf915d717726df77549eabea13aa0f49aa60a1a4f267aee853eb7eaa8fcab8ad87509acf99d4da15d2b4c71533fb2386905a24a5b1a714ed0abe5f8fc2dd4f',
  },
  /** One HMAC, which Werkzeug before 3 also reads. */
  sha256: {
    [plainPassword]:
      'sha256$wZFH38ndXbgPBpxX$b3bc2614f797f6f16979deea29e0011e259a76542eb860a188738b2792033cd5',
  },
  md5: { [plainPassword]: 'md5$utEnkhAzVdBQW4kH$e4a1098294427855cafebd911b7f262d' },
} as const

/** Of Flask-Bcrypt with the setting of `session-code`: four rounds. */
export const bcryptOfFourRounds = {
  '123456': '$2b$04$fLF/psBN1rrdiowi57VDeuJg0fA/oL4ekpPtnwsZ3qIHHwZsFimLW',
  [shortPassword]: '$2b$04$GEtnhWX.eyrtEf1BYpJrYeq8WxbZ2qhF.2VAkgw7WEMG6U3EK3Swq',
  [plainPassword]: '$2b$04$83RvdBv.zWwJsMGMKAGtX.sDnS4cI.xRnmldpuigS5aBLFPyghaBy',
  [unicodePassword]: '$2b$04$Lvyw9zPDL7I1BUIrlmZoa.BXLaTmw8tRDI7ajec9Nb4ZgHCfu78HW',
  [longPassword]: '$2b$04$s/2NgewhvIxLhdyedv/YH.9YzrzVac16KFpt4pShzPMCfQunu2zZO',
} as const

/** Of Passlib: twelve rounds. */
export const bcryptOfTwelveRounds = {
  [shortPassword]: '$2b$12$jremTuGHPC7fGarrKfj8W.IC4ovwNLnv7dqmNKV/X/D/..dZNF152',
  [plainPassword]: '$2b$12$4/GiO.YIYPlpa2w2bV5wx.yXkQkDl2QsrkjCgK5wt2jwRS1Y/Rry6',
  [unicodePassword]: '$2b$12$WX4gwjcoV65KQc9hBXloa.yE0Y3LBoYHZ9GtS4ErxmYyupExgP.5a',
  [longPassword]: '$2b$12$QHeu2LR15jbYvZhHmYrckeD5svW35/VyIB4SLi/FdrA.53h7rrwW.',
} as const

/** Generated secrets (`secrets.token_urlsafe(32)`) with their hashes by bcrypt, twelve rounds. */
export const bcryptOfSecrets = [
  {
    secret: 'CMQ6U_AtaOuzStYQdgmTFaT0Su1uBhUfeuavPwegur4',
    hash: '$2b$12$a5Ts9FGJplaeS4Zp.E1ehudSj9ZvquyUuhbXeBjGJKJpCimC1Gn3O',
  },
  {
    secret: 'wCBDEiED38UbKXuBKKbyiBEiFf6ZxxlSKx3N6yqi6Ow',
    hash: '$2b$12$2N.vLlLbRXz/dHxcvfPQCeabsxR2LUoL0Yw/dcaKPGd/2/HBlJrl2',
  },
  { secret: shortPassword, hash: '$2b$12$pjQfo5rveDqsDDY2C1HQAuBtNs.W4QyLYFyRKQWnyEKzIuhGCe5Eu' },
] as const

/** Generated secrets with their SHA-256, in hexadecimal. */
export const sha256OfSecrets = [
  {
    secret: 'QHLs9MPP-1gMyCpP_HDrYy_yQuIYciI4czeUQu_mdbw',
    hash: '858f5cbfd4560c69f3388fe69fb6e71d1ccc0b47260904ae172cfb54a8f88dc2',
  },
  {
    secret: '8CsVhqjyqwAXzngufvUrlIJwfq3jOWytVCrLKp3aaWQ',
    hash: '95db4220ab9b152d6df915ed370ba71127d446c5b95588deed1c87af6f683c86',
  },
] as const

/** Secrets that were stored as they are. */
export const plainSecrets = [
  'zBUWzEYcENcYo3iS5hBYWjbwLxUaQcoCFANm1fXWkoQ',
  'sBFvyjvvmBvgI4OrRQWN2wz8UFqcSEEpECcPKRBa8aQ',
] as const

/** Secrets that were stored as they are, and that the first version made with bcrypt, so that they look like hashes. */
export const plainSecretsLikeHashes = [
  '$2b$12$yfrDY3zKqVB3bHF1U9WBOezwvtVl05xDtC933MN02yR9Mbpu/q5sK',
  '$2b$12$65hHkJQG/thw4gmrcmxkL.uaa0Ik2L1GX5qVMN97GyZ7jRNlHqIPi',
] as const
