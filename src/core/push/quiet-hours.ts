/** Hours in which nothing is pushed to an account, by the clock of its time zone. */

import { invalid } from '../../errors.ts';
import type { PushSettings, QuietHours } from '../../store/push-settings.ts';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
/** Characters. */
const ZONE_MAX = 64;

/** @throws AppError `invalid` */
export function checkPushSettings({ quietHours }: Partial<PushSettings>): void {
  if (quietHours == null) return;
  for (const name of ['from', 'to'] as const)
    if (quietHours[name].length !== 5 || !TIME.test(quietHours[name]))
      throw invalid(`push.quietHours.${name}`, 'format', `${name} must be a time of day such as "22:30"`);
  const { timeZone } = quietHours;
  if (timeZone.length > ZONE_MAX || !isTimeZone(timeZone))
    throw invalid('push.quietHours.timeZone', 'format', 'timeZone must be a name such as "Europe/Berlin"');
}

/** Whether this server knows the zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    timeOfDay(timeZone, new Date(0));
    return true;
  } catch {
    return false;
  }
}

/** False if the zone is not known any more: then all hours are as others. */
export function isQuiet({ from, to, timeZone }: QuietHours, now: Date): boolean {
  if (!isTimeZone(timeZone)) return false;
  const time = timeOfDay(timeZone, now);
  return from <= to ? from <= time && time < to : from <= time || time < to;
}

/** @throws RangeError */
function timeOfDay(timeZone: string, now: Date): string {
  const format = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(now);
}
