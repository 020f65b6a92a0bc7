// Asks the browser for a passkey, and sends its answer with the form.
import './page.js'

const hasPasskeys = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined

const routes = {
  sign_in: { options: '/v1/auth/passkey/options', body: () => ({}) },
  factor: {
    options: '/v1/auth/mfa/passkey',
    body: (form) => ({ challenge: form.elements.challenge.value }),
  },
  confirm: { options: '/v1/me/reauthentication/passkey', body: () => null },
  add: { options: '/v1/me/factors/passkeys/options', body: () => null },
}

/** What the browser shows beside the field of the identifier, until someone presses the button. */
const offered = new AbortController()

async function optionsFor(form) {
  const { options, body } = routes[form.dataset.passkey]
  const given = body(form)
  const answer = await fetch(options, {
    method: 'POST',
    ...(given && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(given) }),
  })
  const json = await answer.json()
  if (json.code === 'step_up_required' && form.dataset.confirm) location.assign(form.dataset.confirm)
  if (!answer.ok) throw new Error(json.code)
  return json
}

async function credentialFor(form, publicKey, more) {
  if (form.dataset.passkey === 'add')
    return await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
    })
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)
  return await navigator.credentials.get({ publicKey: options, ...more })
}

function send(form, flow, credential) {
  const { id, response } = credential.toJSON()
  const { clientDataJSON, authenticatorData, signature, userHandle, attestationObject, transports } = response
  const isNew = form.dataset.passkey === 'add'
  const keep = document.getElementById('keep')?.checked && form.dataset.passkey === 'sign_in'
  const values = {
    ...{ flow, id, clientDataJSON },
    ...(isNew ? { attestationObject, transports: transports?.join(' ') } : { authenticatorData, signature }),
    ...(!isNew && { userHandle }),
    ...(keep && { keep: 'yes' }),
  }
  for (const [name, value] of Object.entries(values)) if (value) addField(form, name, value)
  form.submit()
}

function addField(form, name, value) {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = name
  field.value = value
  form.append(field)
}

async function ask(form) {
  const status = form.querySelector('[role="status"]')
  const button = form.querySelector('button')
  status.textContent = ''
  offered.abort()
  try {
    const { flow, public_key: publicKey } = await optionsFor(form)
    send(form, flow, await credentialFor(form, publicKey))
  } catch {
    status.textContent = status.dataset.failed
    button.dispatchEvent(new Event('idle'))
  }
}

/** Lets the browser offer passkeys where people type their name (conditional mediation). Nothing is said if it fails. */
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  try {
    const { flow, public_key: publicKey } = await optionsFor(form)
    const more = { mediation: 'conditional', signal: offered.signal }
    send(form, flow, await credentialFor(form, publicKey, more))
  } catch {
    // Someone has chosen another way.
  }
}

function prepare(form) {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    ask(form)
  })
  const field = document.querySelector('input[autocomplete~="webauthn"]')
  if (form.dataset.passkey === 'sign_in' && field !== null)
    field.addEventListener('focus', () => offer(form), { once: true })
}

if (hasPasskeys) {
  for (const hint of document.querySelectorAll('[data-no-passkeys]')) hint.remove()
  for (const form of document.querySelectorAll('form[data-passkey]')) prepare(form)
}
