/** Never more than is there: 100 % only where everybody took part. */
export function perCent(part: number, whole: number): number {
  return whole > 0 ? Math.floor((part * 100) / whole) : 0;
}
