// Keeps the list and the open message up to date. A part changes only if the server sends another one, so that a reader
// does not lose their place.
const pauseMs = 2_000
const parts = ['messages', 'message']
const seen = new Map(parts.map((id) => [id, document.getElementById(id).innerHTML]))

async function refresh() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const id of parts) {
    const fresh = page.getElementById(id)
    if (fresh === null || fresh.innerHTML === seen.get(id)) continue
    seen.set(id, fresh.innerHTML)
    replace(document.getElementById(id), fresh)
  }
}

function replace(shown, fresh) {
  const focused = shown.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
  shown.replaceChildren(...fresh.childNodes)
  if (focused !== null) shown.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus()
}

async function run() {
  // The server may be restarting.
  await refresh().catch(() => undefined)
  setTimeout(run, pauseMs)
}

setTimeout(run, pauseMs)
