// Runs in the page that verifies certificates. It uses nothing but what every browser has.
const { issuer, type, keys } = JSON.parse(document.querySelector('#settings').textContent)
const field = document.querySelector('#certificate')
const result = document.querySelector('#result')

function bytesOf(base64url) {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

const jsonOf = (base64url) => JSON.parse(new TextDecoder().decode(bytesOf(base64url)))

/** What the certificate says. Throws an Error with the reason if it is not valid. */
async function verify(token) {
  const parts = token.split('.')
  if (parts.length !== 3) throw new Error('This is not a certificate.')
  const [header, claims, signature] = parts
  const { alg, typ, kid } = jsonOf(header)
  const jwk = keys.find((key) => key.kid === kid)
  // The algorithm is ours to choose, not the token's (RFC 8725 §3.1).
  if (alg !== 'ES256' || typ !== type || jwk === undefined)
    throw new Error('This certificate is not from this issuer.')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const signed = new TextEncoder().encode(`${header}.${claims}`)
  const isGenuine = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key,
    bytesOf(signature),
    signed,
  )
  if (!isGenuine) throw new Error('This certificate has been changed.')
  const certificate = jsonOf(claims)
  if (certificate.iss !== issuer) throw new Error('This certificate is not from this issuer.')
  if (certificate.exp * 1000 <= Date.now()) throw new Error('This certificate has expired.')
  return certificate
}

function show(verdict, title, lines) {
  const heading = document.createElement('h2')
  heading.textContent = title
  const paragraphs = lines.map((line) => {
    const paragraph = document.createElement('p')
    // Never as HTML: a name may have any characters.
    paragraph.textContent = line
    return paragraph
  })
  result.dataset.verdict = verdict
  result.replaceChildren(heading, ...paragraphs)
}

async function verifyField() {
  const text = field.value.trim()
  const token = text.slice(text.indexOf('#') + 1)
  try {
    const { name, doses } = await verify(token)
    const lines = doses.map(({ number, vaccine, day }) => `Dose ${number}: ${vaccine}, ${day}`)
    show('valid', 'Valid', [name, ...lines, 'Compare the name with a document.'])
  } catch (error) {
    const reason = /^This certificate /.test(error.message) ? error.message : 'This is not a certificate.'
    show('invalid', 'Not valid', [reason])
  }
}

document.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void verifyField()
})

function readAddress() {
  if (location.hash.length < 2) return
  field.value = location.hash.slice(1)
  void verifyField()
}

addEventListener('hashchange', readAddress)
readAddress()
