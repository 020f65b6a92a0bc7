/** A file of the export. The server chooses its name, never a person (ASVS 5.3.2). */
export interface ExportFile {
  readonly name: string
  read(): AsyncIterable<Uint8Array>
}

/** The member of the export that shows the data, or the reason why no member does. */
export type ExportRule = { readonly member: string } | { readonly leftOut: string }
