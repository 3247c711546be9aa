/** The settings of an account's pushes: columns of accounts. */
import type { Db } from './database.ts';

/** From one time of day to another ("22:30"), over midnight if need be, in a zone of the IANA database. */
export type QuietHours = { readonly from: string; readonly to: string; readonly timeZone: string };

/** `text`: whether what is pushed has the text. Nothing is pushed in the quiet hours; null: there are none. */
export type PushSettings = { readonly text: boolean; readonly quietHours: QuietHours | null };

/** Of the accounts row that is in scope. */
export function pushSettings(db: Db) {
  return db`jsonb_build_object('text', push_text, 'quietHours', case when quiet_from is not null then
    jsonb_build_object('from', quiet_from, 'to', quiet_to, 'timeZone', quiet_zone) end)`;
}

/** Absent ones stay. */
export async function updatePushSettings(db: Db, id: number, change: Partial<PushSettings>): Promise<void> {
  const { text = null, quietHours = null } = change;
  const isGiven = change.quietHours !== undefined;
  await db`
    update accounts
       set push_text = coalesce(${text}, push_text),
           quiet_from = case when ${isGiven} then ${quietHours?.from ?? null} else quiet_from end,
           quiet_to = case when ${isGiven} then ${quietHours?.to ?? null} else quiet_to end,
           quiet_zone = case when ${isGiven} then ${quietHours?.timeZone ?? null} else quiet_zone end
     where id = ${id}`;
}
