/** How many requests race each other: a thousand. CI, which must end in time, sets `PROXIMA_TEST_RACERS` to fewer. */
export const raceSize = Number(process.env['PROXIMA_TEST_RACERS'] ?? 1_000)
