import type { CommunityInvite } from '@koine/client';
import { useState } from 'preact/hooks';
import { community } from '../community.ts';
import { TextField } from '../gate/fields.tsx';
import type { MessageKey } from '../i18n/en.ts';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { copy, linkTo } from '../rooms/message-actions.ts';
import { nameOf } from '../rooms/names.ts';
import { useServer } from '../server.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import { toast } from '../ui/toasts.tsx';
import { useAll } from './use-all.ts';

const DAY = 86_400;
const DAYS = [1, 7, 30, 365] as const;
/** 0: as many as like. */
const USES = [0, 1, 5, 25, 100] as const;

const linkOf = ({ code }: CommunityInvite): string => linkTo(`/join/${encodeURIComponent(code)}`);

export function InvitesSection() {
  const [invites, change] = useAll(client.community.invites);
  const [days, setDays] = useState<number>(7);
  const [uses, setUses] = useState<number>(0);
  const [email, setEmail] = useState('');
  const hasMail = useServer()?.mail ?? false;
  const make = () =>
    attempt(async () => {
      const to = email.trim();
      const wanted = { expiresIn: days * DAY, ...(uses > 0 && { maxUses: uses }), ...(to !== '' && { email: to }) };
      const made = await client.community.invite(wanted);
      change((all) => [made, ...all]);
      if (to === '') await copy(linkOf(made));
      else toast(t('letterSent'));
      setEmail('');
    });
  const revoke = (invite: CommunityInvite) =>
    attempt(async () => {
      await client.community.revokeInvite(invite.code);
      change((all) => all.filter(({ code }) => code !== invite.code));
    });
  return (
    <section>
      <p class="hint">{t('communityInvitesHint')}</p>
      {community.value?.registration === 'closed' && (
        <p class="notice calm">
          <Icon name="info" />
          {t('communityInvitesClosed')}
        </p>
      )}
      <div class="new-invite">
        <Choice id="invite-uses" label="inviteUses" values={USES} value={uses} onInput={setUses} textOf={usesText} />
        <Choice id="invite-days" label="inviteDays" values={DAYS} value={days} onInput={setDays} textOf={daysText} />
        {hasMail && (
          <TextField
            id="invite-email"
            label={t('inviteEmail')}
            value={email}
            onInput={setEmail}
            autocomplete="off"
            required={false}
          />
        )}
        <button type="button" class="button primary" onClick={() => void make()}>
          {t(email.trim() === '' ? 'newLink' : 'sendLetter')}
        </button>
      </div>
      {invites === null && <Spinner />}
      {invites?.length === 0 && <Empty icon="link" title={t('noInvites')} text={t('noInvitesText')} />}
      <ul class="sessions">
        {invites?.map((invite) => (
          <li key={invite.code}>
            <span class="names">
              <span class="link">{linkOf(invite)}</span>
              <span class="handle">{factsOf(invite)}</span>
            </span>
            <IconButton icon="copy" label={t('copyLink')} onClick={() => void copy(linkOf(invite))} />
            {invite.uses > 0 && (
              <IconButton icon="ban" label={t('endRaid')} onClick={() => openDialog('raid', { code: invite.code })} />
            )}
            <IconButton icon="trash-2" label={t('revokeLink')} onClick={() => void revoke(invite)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const usesText = (count: number): string => (count === 0 ? t('anyNumber') : t('peopleCount', { n: count }));
const daysText = (count: number): string => t('daysCount', { n: count });

function factsOf({ creator, uses, maxUses, expiresAt }: CommunityInvite): string {
  const used = maxUses === undefined ? t('joinedCount', { n: uses }) : t('joinedOf', { n: uses, of: maxUses });
  return [creator && nameOf(creator), used, t('expires', { time: fullTime(expiresAt) })].filter(Boolean).join(' · ');
}

type ChoiceProps = {
  readonly id: string;
  readonly label: MessageKey;
  readonly values: readonly number[];
  readonly value: number;
  readonly onInput: (value: number) => void;
  readonly textOf: (value: number) => string;
};

function Choice({ id, label, values, value, onInput, textOf }: ChoiceProps) {
  return (
    <div class="field">
      <label for={id}>{t(label)}</label>
      <select id={id} class="input" value={value} onChange={(event) => onInput(Number(event.currentTarget.value))}>
        {values.map((one) => (
          <option key={one} value={one}>
            {textOf(one)}
          </option>
        ))}
      </select>
    </div>
  );
}
