// Lets the owner choose which square of a picture is used. The form then sends only that square.
import './page.js'

const form = document.querySelector('form[data-crop]')
const input = form.querySelector('input[type="file"]')
const part = form.querySelector('[data-crop-part]')
const canvas = part.querySelector('canvas')
const [zoom, across, down] = part.querySelectorAll('input')
const zoomMax = 4
let image = null

/** The square of the picture that the sliders choose. */
function square() {
  const side = Math.min(image.width, image.height) / (1 + (zoom.value / 100) * (zoomMax - 1))
  return {
    x: (image.width - side) * (across.value / 100),
    y: (image.height - side) * (down.value / 100),
    side,
  }
}

function draw() {
  const { x, y, side } = square()
  const context = canvas.getContext('2d')
  context.clearRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, x, y, side, side, 0, 0, canvas.width, canvas.height)
}

/** A file that the browser cannot read is sent as it is, and the server says what is wrong with it. */
async function choose() {
  image = null
  part.hidden = true
  const [file] = input.files
  if (file === undefined) return
  const read = await createImageBitmap(file).catch(() => null)
  if (read === null || input.files[0] !== file) return
  image = read
  part.hidden = false
  for (const [slider, value] of [
    [zoom, 0],
    [across, 50],
    [down, 50],
  ])
    slider.value = value
  draw()
}

/** Moves the picture with the pointer. */
function drag(event) {
  if (event.buttons !== 1) return
  const { side } = square()
  const scale = side / canvas.clientWidth
  const move = (slider, pixels, length) => {
    if (length > side) slider.value = Number(slider.value) - ((pixels * scale) / (length - side)) * 100
  }
  move(across, event.movementX, image.width)
  move(down, event.movementY, image.height)
  draw()
}

/** Puts the square in place of the file. At once, because the form is being sent. */
function replaceFile() {
  if (image === null) return
  const [head, data] = canvas.toDataURL('image/webp', 0.92).split(',')
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0))
  const chosen = new DataTransfer()
  chosen.items.add(new File([bytes], 'picture', { type: head.slice(5, head.indexOf(';')) }))
  input.files = chosen.files
}

input.addEventListener('change', choose)
for (const slider of [zoom, across, down]) {
  slider.step = 'any'
  slider.addEventListener('input', draw)
}
canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId))
canvas.addEventListener('pointermove', drag)
form.addEventListener('submit', replaceFile)
