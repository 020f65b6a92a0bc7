// Sends the calls that a reader tries in the reference, and shows the answers. Texts are only ever inserted as text.
const credential = document.getElementById('credential')
document.documentElement.classList.add('script')
for (const form of document.querySelectorAll('form[data-method]'))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const answer = form.querySelector('[role=status]')
    answer.replaceChildren(textElement('p', 'Sending…'))
    try {
      answer.replaceChildren(...(await send(form)))
    } catch (error) {
      answer.replaceChildren(textElement('p', `The server could not be reached: ${error.message}`))
    }
  })

async function send(form) {
  const { method, path } = form.dataset
  const { address, headers, body } = requestOf(form, path)
  if (credential.value.trim() !== '') headers.set('authorization', `Bearer ${credential.value.trim()}`)
  const response = await fetch(address, { method, headers, body })
  const type = response.headers.get('content-type') ?? ''
  const status = textElement('p', `${response.status} ${response.statusText}`)
  if (type.startsWith('image/')) return [status, image(await response.blob())]
  if (type.startsWith('application/zip')) return [status, textElement('p', 'A zip archive.')]
  const text = await response.text()
  return text === '' ? [status] : [status, sample(type.includes('json') ? readable(text) : text)]
}

function requestOf(form, path) {
  const query = new URLSearchParams()
  const headers = new Headers()
  const request = { address: path, headers }
  for (const input of form.querySelectorAll('[data-in]')) {
    const { name, value } = input
    if (input.dataset.in === 'path')
      request.address = request.address.replace(`{${name}}`, encodeURIComponent(value))
    if (input.dataset.in === 'query' && value !== '') query.append(name, value)
    if (input.dataset.in === 'header' && value !== '') headers.append(name, value)
    if (input.dataset.in === 'body') Object.assign(request, bodyOf(input, headers))
  }
  if (query.size > 0) request.address += `?${query}`
  return request
}

// An empty body is none.
function bodyOf({ files, value }, headers) {
  if (files) return { body: files[0] }
  if (value.trim() === '') return {}
  headers.set('content-type', 'application/json')
  return { body: value }
}

/** JSON with line breaks. A credential in it is used for the next calls. */
function readable(text) {
  const value = JSON.parse(text)
  const found = value?.access_token ?? value?.session_code
  if (typeof found === 'string') credential.value = found
  return JSON.stringify(value, null, 2)
}

function sample(text) {
  const element = textElement('pre', text)
  element.className = 'sample'
  element.tabIndex = 0
  return element
}

function image(blob) {
  const element = document.createElement('img')
  element.className = 'picture'
  element.alt = 'The picture in the answer'
  element.src = URL.createObjectURL(blob)
  return element
}

function textElement(name, text) {
  const element = document.createElement(name)
  element.textContent = text
  return element
}
