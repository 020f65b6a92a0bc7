/** The only place that reads the environment of the process. All other code receives a Config. */
export const environment: Readonly<Record<string, string | undefined>> = process.env
