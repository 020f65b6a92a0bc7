import type { PictureFile } from '../../../users/pictures/model.ts'
import { variantOf } from '../../../users/pictures/model.ts'
import { InvalidMember, type Members } from '../encoding.ts'

export interface PictureContent {
  readonly files: readonly PictureFile[]
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Takes the files of the picture out of the members of an account. @throws InvalidMember */
export function readPictureFiles(members: Members): {
  readonly picture: PictureContent | null
  readonly members: Members
} {
  const { picture } = members
  if (typeof picture !== 'object' || picture === null) return { picture: null, members }
  const { files, ...row } = picture as Members
  if (typeof files !== 'object' || files === null) throw new InvalidMember('picture.files', 'an object')
  const read = Object.entries(files).map(([name, content]) => readFile(name, content))
  if (read.length === 0) throw new InvalidMember('picture.files', 'an object with a file')
  return { picture: { files: read }, members: { ...members, picture: row } }
}

// The server later serves these files under their names, so no other name gets into a store (ASVS 5.3.2).
function readFile(name: string, content: unknown): PictureFile {
  if (variantOf(name) === null)
    throw new InvalidMember('picture.files', 'an object with names such as "512.webp"')
  if (typeof content !== 'string' || content === '' || !base64.test(content))
    throw new InvalidMember(`picture.files.${name}`, 'a text in base64')
  return { name, content: Buffer.from(content, 'base64') }
}
