import '../styles/moderation.css';
import type { NewSanction, Person } from '@koine/client';
import { useState } from 'preact/hooks';
import { useAll } from '../admin/use-all.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/empty.tsx';
import { toast } from '../ui/toasts.tsx';
import { isInForce, SanctionFacts } from './sanction-facts.tsx';

export type Judged = { readonly person: Person };

const KINDS = ['warning', 'silence', 'suspension', 'ban'] as const satisfies NewSanction['kind'][];
/** 0: for ever. */
const DAYS = [1, 3, 7, 30, 0] as const;
const HOURS = [1, 24, 168] as const;
const DAY = 86_400_000;

/** Sanctions against a person, possible and past; and the purge. */
export function PersonDialog({ data: { person }, onClose }: DialogProps<Judged>) {
  const [sanctions, change] = useAll((cursor) => client.moderation.sanctions(person.id, cursor));
  const [kind, setKind] = useState<NewSanction['kind']>('warning');
  const [days, setDays] = useState<number>(1);
  const [reason, setReason] = useState('');
  const impose = async (event: Event) => {
    event.preventDefault();
    const lasts = kind !== 'warning' && days > 0;
    const until = lasts ? { until: new Date(Date.now() + days * DAY).toISOString() } : {};
    await attempt(async () => {
      const made = await client.moderation.sanction(person.id, { kind, reason: reason.trim(), ...until });
      change((all) => [made, ...all]);
      setReason('');
    });
  };
  const lift = (id: string) =>
    attempt(async () => {
      await client.moderation.lift(id);
      change((all) => all.map((one) => (one.id === id ? { ...one, liftedAt: new Date().toISOString() } : one)));
    });
  return (
    <Dialog title={t('moderatePerson', { name: nameOf(person) })} onClose={onClose}>
      <div class="body judged">
        <form onSubmit={(event) => void impose(event)}>
          <div class="choices">
            <Choice
              id="sanction-kind"
              label={t('sanctionKind')}
              value={kind}
              onInput={(one) => setKind(one as typeof kind)}
            >
              {KINDS.map((one) => [one, t(`sanction_${one}`)])}
            </Choice>
            {kind !== 'warning' && (
              <Choice
                id="sanction-days"
                label={t('howLong')}
                value={String(days)}
                onInput={(one) => setDays(Number(one))}
              >
                {DAYS.map((one) => [String(one), one === 0 ? t('forever') : t('daysCount', { n: one })])}
              </Choice>
            )}
          </div>
          <p class="hint">{t(`sanctionHint_${kind}`)}</p>
          <div class="field">
            <label for="sanction-reason">{t('sanctionReason')}</label>
            <input
              id="sanction-reason"
              class="input"
              maxLength={1_000}
              dir="auto"
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </div>
          <div class="actions">
            <button type="submit" class="button primary danger">
              {t(`impose_${kind}`)}
            </button>
          </div>
        </form>
        <Purge person={person} />
        <h3>{t('sanctionsBefore')}</h3>
        {sanctions === null && <Spinner />}
        {sanctions?.length === 0 && <p class="hint">{t('noSanctions')}</p>}
        <ul class="sessions">
          {sanctions?.map((sanction) => (
            <li key={sanction.id}>
              <SanctionFacts sanction={sanction} />
              {isInForce(sanction) && (
                <button type="button" class="button" onClick={() => void lift(sanction.id)}>
                  {t('lift')}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function Purge({ person }: { readonly person: Person }) {
  const [hours, setHours] = useState<number>(24);
  const [isSure, setSure] = useState(false);
  const purge = async () => {
    if (!isSure) return setSure(true);
    setSure(false);
    if (await attempt(() => client.moderation.purge(person.id, hours))) toast(t('purgeBegun'));
  };
  return (
    <div class="purge">
      <Choice id="purge-hours" label={t('purge')} value={String(hours)} onInput={(one) => setHours(Number(one))}>
        {HOURS.map((one) => [String(one), t('hoursCount', { n: one })])}
      </Choice>
      <button type="button" class="button danger" onClick={() => void purge()}>
        {t(isSure ? 'purgeSure' : 'purgeNow')}
      </button>
    </div>
  );
}

type ChoiceProps = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Each with its text. */
  readonly children: readonly (readonly [value: string, text: string])[];
};

function Choice({ id, label, value, onInput, children }: ChoiceProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="input" value={value} onChange={(event) => onInput(event.currentTarget.value)}>
        {children.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
