/** A file of the export. The server chooses its name; no user input is part of it (ASVS 5.3.2). */
export interface ExportFile {
  readonly name: string
  read(): AsyncIterable<Uint8Array>
}

/** The member of the export that contains the data, or the reason why the export omits it. */
export type ExportRule = { readonly member: string } | { readonly leftOut: string }
