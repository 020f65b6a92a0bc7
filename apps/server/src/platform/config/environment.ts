/** The one place that reads the process's environment; everything else is handed a Config. */
export const environment: Readonly<Record<string, string | undefined>> = process.env
