/**
 * A sweep tries everything. CI, which must end in time, sets `PROXIMA_TEST_SWEEP_STEP` to 3: a sweep then tries every
 * third, and each engine begins at another one, so that three engines still try all.
 */
export const sweepStep = Number(process.env['PROXIMA_TEST_SWEEP_STEP'] ?? 1)
