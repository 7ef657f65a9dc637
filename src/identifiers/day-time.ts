/** Unix seconds as the registers and GB/T 36903 write times: China Standard Time, `2026-11-23 16:00:00`. */
export const dayTimeOf = (at: number): string =>
  new Date((at + 8 * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
