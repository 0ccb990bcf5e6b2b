// Times in China's time, whatever the telephone is set to.

const EIGHT_HOURS = 8 * 3600 * 1000;

function china(moment: string | number): Date {
  return new Date(new Date(moment).getTime() + EIGHT_HOURS);
}

const two = (number: number) => String(number).padStart(2, "0");

/** 3 月 31 日 18:00 */
export function chinaTime(moment: string): string {
  const at = china(moment);
  return `${at.getUTCMonth() + 1} 月 ${at.getUTCDate()} 日 ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 3 月 31 日 24:00, where something ends at 00:00 of 1 April: nobody is to take that for the end of April's first day. */
export function chinaEnd(moment: string): string {
  const at = chinaTime(moment);
  if (!at.endsWith(" 00:00")) return at;
  const before = china(new Date(moment).getTime() - 1);
  return `${before.getUTCMonth() + 1} 月 ${before.getUTCDate()} 日 24:00`;
}

/** 3 月 31 日, of "2026-03-31" */
export function chinaDate(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${month} 月 ${date} 日`;
}

/** 2026-03-31 */
export function chinaDay(moment: number): string {
  return china(moment).toISOString().slice(0, 10);
}
